/** The size of the static table; the dynamic table's indices follow. */
export const staticFields = 61;

// One string costs less than a list of them when the module is loaded.
const fields =
  ":authority||:method|GET|:method|POST|:path|/|:path|/index.html|:scheme|http|:scheme|https|:status|200" +
  "|:status|204|:status|206|:status|304|:status|400|:status|404|:status|500|accept-charset||accept-encoding" +
  "|gzip, deflate|accept-language||accept-ranges||accept||access-control-allow-origin||age||allow|" +
  "|authorization||cache-control||content-disposition||content-encoding||content-language||content-length|" +
  "|content-location||content-range||content-type||cookie||date||etag||expect||expires||from||host|" +
  "|if-match||if-modified-since||if-none-match||if-range||if-unmodified-since||last-modified||link|" +
  "|location||max-forwards||proxy-authenticate||proxy-authorization||range||referer||refresh||retry-after|" +
  "|server||set-cookie||strict-transport-security||transfer-encoding||user-agent||vary||via|" +
  "|www-authenticate|";

let table: readonly string[] | undefined;

/** The fields of RFC 7541, appendix A: name, value, name, value, ... The first one has index 1. */
export function staticTable(): readonly string[] {
  table ??= fields.split("|");
  return table;
}
