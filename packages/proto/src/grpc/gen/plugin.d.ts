import * as $protobuf from "protobufjs";
import Long = require("long");
export namespace plugin {

    interface IConnInfo {
        serviceId?: (number|null);
        network?: (string|null);
        address?: (string|null);
        knock?: (plugin.ConnInfo.IKnock|null);
    }

    class ConnInfo implements IConnInfo {
        constructor(properties?: plugin.IConnInfo);
        public serviceId: number;
        public network: string;
        public address: string;
        public knock?: (plugin.ConnInfo.IKnock|null);
        public static encode(message: plugin.IConnInfo, writer?: $protobuf.Writer): $protobuf.Writer;
        public static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): plugin.ConnInfo;
    }

    namespace ConnInfo {

        interface IKnock {
            knock?: (boolean|null);
            ack?: (boolean|null);
            error?: (string|null);
        }

        class Knock implements IKnock {
            constructor(properties?: plugin.ConnInfo.IKnock);
            public knock: boolean;
            public ack: boolean;
            public error: string;
            public static encode(message: plugin.ConnInfo.IKnock, writer?: $protobuf.Writer): $protobuf.Writer;
            public static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): plugin.ConnInfo.Knock;
        }
    }

    interface IEmpty {
    }

    class Empty implements IEmpty {
        constructor(properties?: plugin.IEmpty);
        public static encode(message: plugin.IEmpty, writer?: $protobuf.Writer): $protobuf.Writer;
        public static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): plugin.Empty;
    }

    interface IStdioData {
        channel?: (plugin.StdioData.Channel|null);
        data?: (Uint8Array|null);
    }

    class StdioData implements IStdioData {
        constructor(properties?: plugin.IStdioData);
        public channel: plugin.StdioData.Channel;
        public data: Uint8Array;
        public static encode(message: plugin.IStdioData, writer?: $protobuf.Writer): $protobuf.Writer;
        public static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): plugin.StdioData;
    }

    namespace StdioData {

        enum Channel {
            INVALID = 0,
            STDOUT = 1,
            STDERR = 2
        }
    }
}

export namespace google {

    namespace protobuf {

        interface IEmpty {
        }

        class Empty implements IEmpty {
            constructor(properties?: google.protobuf.IEmpty);
            public static encode(message: google.protobuf.IEmpty, writer?: $protobuf.Writer): $protobuf.Writer;
            public static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): google.protobuf.Empty;
        }
    }
}
