import * as $protobuf from "protobufjs-8";

/** Namespace adapter. */
export namespace adapter {

    /** Namespace test. */
    namespace test {

        /**
         * Properties of a GetRequest.
         * @deprecated Use adapter.test.GetRequest.$Properties instead.
         */
        interface IGetRequest extends adapter.test.GetRequest.$Properties {
        }

        /** Represents a GetRequest. */
        class GetRequest {

            /**
             * Constructs a new GetRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: adapter.test.GetRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GetRequest key. */
            key: string;

            /**
             * Encodes the specified GetRequest message. Does not implicitly {@link adapter.test.GetRequest.verify|verify} messages.
             * @param message GetRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: adapter.test.GetRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GetRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {adapter.test.GetRequest & adapter.test.GetRequest.$Shape} GetRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): adapter.test.GetRequest & adapter.test.GetRequest.$Shape;
        }

        namespace GetRequest {

            /** Properties of a GetRequest. */
            interface $Properties {

                /** GetRequest key */
                key?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GetRequest. */
            type $Shape = adapter.test.GetRequest.$Properties;
        }

        /**
         * Properties of a GetResponse.
         * @deprecated Use adapter.test.GetResponse.$Properties instead.
         */
        interface IGetResponse extends adapter.test.GetResponse.$Properties {
        }

        /** Represents a GetResponse. */
        class GetResponse {

            /**
             * Constructs a new GetResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: adapter.test.GetResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GetResponse value. */
            value: Uint8Array;

            /**
             * Encodes the specified GetResponse message. Does not implicitly {@link adapter.test.GetResponse.verify|verify} messages.
             * @param message GetResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: adapter.test.GetResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GetResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {adapter.test.GetResponse & adapter.test.GetResponse.$Shape} GetResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): adapter.test.GetResponse & adapter.test.GetResponse.$Shape;
        }

        namespace GetResponse {

            /** Properties of a GetResponse. */
            interface $Properties {

                /** GetResponse value */
                value?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GetResponse. */
            type $Shape = adapter.test.GetResponse.$Properties;

            /**
             * Properties of an Inner.
             * @deprecated Use adapter.test.GetResponse.Inner.$Properties instead.
             */
            interface IInner extends adapter.test.GetResponse.Inner.$Properties {
            }

            /** Represents an Inner. */
            class Inner {

                /**
                 * Constructs a new Inner.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: adapter.test.GetResponse.Inner.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Inner n. */
                n: number;

                /**
                 * Encodes the specified Inner message. Does not implicitly {@link adapter.test.GetResponse.Inner.verify|verify} messages.
                 * @param message Inner message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: adapter.test.GetResponse.Inner.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an Inner message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {adapter.test.GetResponse.Inner & adapter.test.GetResponse.Inner.$Shape} Inner
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): adapter.test.GetResponse.Inner & adapter.test.GetResponse.Inner.$Shape;
            }

            namespace Inner {

                /** Properties of an Inner. */
                interface $Properties {

                    /** Inner n */
                    n?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an Inner. */
                type $Shape = adapter.test.GetResponse.Inner.$Properties;
            }
        }

        /**
         * Properties of an Empty.
         * @deprecated Use adapter.test.Empty.$Properties instead.
         */
        interface IEmpty extends adapter.test.Empty.$Properties {
        }

        /** Represents an Empty. */
        class Empty {

            /**
             * Constructs a new Empty.
             * @param [properties] Properties to set
             */
            constructor(properties?: adapter.test.Empty.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Encodes the specified Empty message. Does not implicitly {@link adapter.test.Empty.verify|verify} messages.
             * @param message Empty message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: adapter.test.Empty.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Empty message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {adapter.test.Empty & adapter.test.Empty.$Shape} Empty
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): adapter.test.Empty & adapter.test.Empty.$Shape;
        }

        namespace Empty {

            /** Properties of an Empty. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Empty. */
            type $Shape = adapter.test.Empty.$Properties;
        }

        /** Represents a KV */
        class KV extends $protobuf.rpc.Service {

            /**
             * Constructs a new KV service.
             * @param rpcImpl RPC implementation
             * @param [requestDelimited=false] Whether requests are length-delimited
             * @param [responseDelimited=false] Whether responses are length-delimited
             */
            constructor(rpcImpl: $protobuf.RPCImpl, requestDelimited?: boolean, responseDelimited?: boolean);

            /** Calls Get. */
            get: adapter.test.KV.Get;

            /** Calls Watch. */
            watch: adapter.test.KV.Watch;

            /** Calls Collect. */
            collect: adapter.test.KV.Collect;

            /** Calls Chat. */
            chat: adapter.test.KV.Chat;
        }

        namespace KV {

            /**
             * Callback as used by {@link adapter.test.KV#get}.
             * @param error Error, if any
             * @param [response] GetResponse
             */
            type GetCallback = (error: (Error|null), response?: adapter.test.GetResponse) => void;

            /** Calls Get. */
            type Get = {
              (request: adapter.test.IGetRequest, callback: adapter.test.KV.GetCallback): void;
              (request: adapter.test.IGetRequest): Promise<adapter.test.GetResponse>;
              readonly name: "Get";
              readonly path: "/adapter.test.KV/Get";
              readonly requestType: "GetRequest";
              readonly responseType: "GetResponse";
              readonly requestStream: undefined;
              readonly responseStream: undefined;
            };

            /**
             * Callback as used by {@link adapter.test.KV#watch}.
             * @param error Error, if any
             * @param [response] Inner
             */
            type WatchCallback = (error: (Error|null), response?: adapter.test.GetResponse.Inner) => void;

            /** Calls Watch. */
            type Watch = {
              (request: adapter.test.IGetRequest, callback: adapter.test.KV.WatchCallback): void;
              (request: adapter.test.IGetRequest): Promise<adapter.test.GetResponse.Inner>;
              readonly name: "Watch";
              readonly path: "/adapter.test.KV/Watch";
              readonly requestType: "GetRequest";
              readonly responseType: "GetResponse.Inner";
              readonly requestStream: undefined;
              readonly responseStream: true;
            };

            /**
             * Callback as used by {@link adapter.test.KV#collect}.
             * @param error Error, if any
             * @param [response] Empty
             */
            type CollectCallback = (error: (Error|null), response?: adapter.test.Empty) => void;

            /** Calls Collect. */
            type Collect = {
              (request: adapter.test.IGetRequest, callback: adapter.test.KV.CollectCallback): void;
              (request: adapter.test.IGetRequest): Promise<adapter.test.Empty>;
              readonly name: "Collect";
              readonly path: "/adapter.test.KV/Collect";
              readonly requestType: "GetRequest";
              readonly responseType: "Empty";
              readonly requestStream: true;
              readonly responseStream: undefined;
            };

            /**
             * Callback as used by {@link adapter.test.KV#chat}.
             * @param error Error, if any
             * @param [response] GetResponse
             */
            type ChatCallback = (error: (Error|null), response?: adapter.test.GetResponse) => void;

            /** Calls Chat. */
            type Chat = {
              (request: adapter.test.IGetRequest, callback: adapter.test.KV.ChatCallback): void;
              (request: adapter.test.IGetRequest): Promise<adapter.test.GetResponse>;
              readonly name: "Chat";
              readonly path: "/adapter.test.KV/Chat";
              readonly requestType: "GetRequest";
              readonly responseType: "GetResponse";
              readonly requestStream: true;
              readonly responseStream: true;
            };
        }
    }
}
