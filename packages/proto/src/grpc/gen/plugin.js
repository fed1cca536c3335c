/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;

// Exported root namespace
const $root = $protobuf.roots["go-plugin"] || ($protobuf.roots["go-plugin"] = {});

export const plugin = $root.plugin = (() => {

    /**
     * Namespace plugin.
     * @exports plugin
     * @namespace
     */
    const plugin = {};

    plugin.ConnInfo = (function() {

        /**
         * Properties of a ConnInfo.
         * @memberof plugin
         * @interface IConnInfo
         * @property {number|null} [serviceId] ConnInfo serviceId
         * @property {string|null} [network] ConnInfo network
         * @property {string|null} [address] ConnInfo address
         * @property {plugin.ConnInfo.IKnock|null} [knock] ConnInfo knock
         */

        /**
         * Constructs a new ConnInfo.
         * @memberof plugin
         * @classdesc Represents a ConnInfo.
         * @implements IConnInfo
         * @constructor
         * @param {plugin.IConnInfo=} [properties] Properties to set
         */
        function ConnInfo(properties) {
            if (properties)
                for (let keys = Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        }

        /**
         * ConnInfo serviceId.
         * @member {number} serviceId
         * @memberof plugin.ConnInfo
         * @instance
         */
        ConnInfo.prototype.serviceId = 0;

        /**
         * ConnInfo network.
         * @member {string} network
         * @memberof plugin.ConnInfo
         * @instance
         */
        ConnInfo.prototype.network = "";

        /**
         * ConnInfo address.
         * @member {string} address
         * @memberof plugin.ConnInfo
         * @instance
         */
        ConnInfo.prototype.address = "";

        /**
         * ConnInfo knock.
         * @member {plugin.ConnInfo.IKnock|null|undefined} knock
         * @memberof plugin.ConnInfo
         * @instance
         */
        ConnInfo.prototype.knock = null;

        /**
         * Encodes the specified ConnInfo message. Does not implicitly {@link plugin.ConnInfo.verify|verify} messages.
         * @function encode
         * @memberof plugin.ConnInfo
         * @static
         * @param {plugin.IConnInfo} message ConnInfo message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        ConnInfo.encode = function encode(message, writer, q) {
            if (!writer)
                writer = $Writer.create();
            if (q === undefined)
                q = 0;
            if (q > $util.recursionLimit)
                throw Error("max depth exceeded");
            if (message.serviceId != null && Object.hasOwnProperty.call(message, "serviceId"))
                writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.serviceId);
            if (message.network != null && Object.hasOwnProperty.call(message, "network"))
                writer.uint32(/* id 2, wireType 2 =*/18).string(message.network);
            if (message.address != null && Object.hasOwnProperty.call(message, "address"))
                writer.uint32(/* id 3, wireType 2 =*/26).string(message.address);
            if (message.knock != null && Object.hasOwnProperty.call(message, "knock"))
                $root.plugin.ConnInfo.Knock.encode(message.knock, writer.uint32(/* id 4, wireType 2 =*/34).fork(), q + 1).ldelim();
            return writer;
        };

        /**
         * Decodes a ConnInfo message from the specified reader or buffer.
         * @function decode
         * @memberof plugin.ConnInfo
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {plugin.ConnInfo} ConnInfo
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        ConnInfo.decode = function decode(reader, length, error, long) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (long === undefined)
                long = 0;
            if (long > $Reader.recursionLimit)
                throw Error("maximum nesting depth exceeded");
            let end, message;
            if (length === undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = new $root.plugin.ConnInfo();
            while (reader.pos < end) {
                let tag = reader.uint32();
                if (tag === error)
                    break;
                switch (tag >>> 3) {
                case 1: {
                        message.serviceId = reader.uint32();
                        break;
                    }
                case 2: {
                        message.network = reader.string();
                        break;
                    }
                case 3: {
                        message.address = reader.string();
                        break;
                    }
                case 4: {
                        message.knock = $root.plugin.ConnInfo.Knock.decode(reader, reader.uint32(), undefined, long + 1);
                        break;
                    }
                default:
                    reader.skipType(tag & 7, long);
                    break;
                }
            }
            if (length !== undefined) {
                if (reader.pos !== end)
                    throw RangeError("index out of range");
                reader.len = length;
            }
            return message;
        };

        ConnInfo.Knock = (function() {

            /**
             * Properties of a Knock.
             * @memberof plugin.ConnInfo
             * @interface IKnock
             * @property {boolean|null} [knock] Knock knock
             * @property {boolean|null} [ack] Knock ack
             * @property {string|null} [error] Knock error
             */

            /**
             * Constructs a new Knock.
             * @memberof plugin.ConnInfo
             * @classdesc Represents a Knock.
             * @implements IKnock
             * @constructor
             * @param {plugin.ConnInfo.IKnock=} [properties] Properties to set
             */
            function Knock(properties) {
                if (properties)
                    for (let keys = Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            }

            /**
             * Knock knock.
             * @member {boolean} knock
             * @memberof plugin.ConnInfo.Knock
             * @instance
             */
            Knock.prototype.knock = false;

            /**
             * Knock ack.
             * @member {boolean} ack
             * @memberof plugin.ConnInfo.Knock
             * @instance
             */
            Knock.prototype.ack = false;

            /**
             * Knock error.
             * @member {string} error
             * @memberof plugin.ConnInfo.Knock
             * @instance
             */
            Knock.prototype.error = "";

            /**
             * Encodes the specified Knock message. Does not implicitly {@link plugin.ConnInfo.Knock.verify|verify} messages.
             * @function encode
             * @memberof plugin.ConnInfo.Knock
             * @static
             * @param {plugin.ConnInfo.IKnock} message Knock message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Knock.encode = function encode(message, writer, q) {
                if (!writer)
                    writer = $Writer.create();
                if (q === undefined)
                    q = 0;
                if (q > $util.recursionLimit)
                    throw Error("max depth exceeded");
                if (message.knock != null && Object.hasOwnProperty.call(message, "knock"))
                    writer.uint32(/* id 1, wireType 0 =*/8).bool(message.knock);
                if (message.ack != null && Object.hasOwnProperty.call(message, "ack"))
                    writer.uint32(/* id 2, wireType 0 =*/16).bool(message.ack);
                if (message.error != null && Object.hasOwnProperty.call(message, "error"))
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.error);
                return writer;
            };

            /**
             * Decodes a Knock message from the specified reader or buffer.
             * @function decode
             * @memberof plugin.ConnInfo.Knock
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {plugin.ConnInfo.Knock} Knock
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Knock.decode = function decode(reader, length, error, long) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (long === undefined)
                    long = 0;
                if (long > $Reader.recursionLimit)
                    throw Error("maximum nesting depth exceeded");
                let end, message;
                if (length === undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = new $root.plugin.ConnInfo.Knock();
                while (reader.pos < end) {
                    let tag = reader.uint32();
                    if (tag === error)
                        break;
                    switch (tag >>> 3) {
                    case 1: {
                            message.knock = reader.bool();
                            break;
                        }
                    case 2: {
                            message.ack = reader.bool();
                            break;
                        }
                    case 3: {
                            message.error = reader.string();
                            break;
                        }
                    default:
                        reader.skipType(tag & 7, long);
                        break;
                    }
                }
                if (length !== undefined) {
                    if (reader.pos !== end)
                        throw RangeError("index out of range");
                    reader.len = length;
                }
                return message;
            };

            return Knock;
        })();

        return ConnInfo;
    })();

    plugin.Empty = (function() {

        /**
         * Properties of an Empty.
         * @memberof plugin
         * @interface IEmpty
         */

        /**
         * Constructs a new Empty.
         * @memberof plugin
         * @classdesc Represents an Empty.
         * @implements IEmpty
         * @constructor
         * @param {plugin.IEmpty=} [properties] Properties to set
         */
        function Empty(properties) {
            if (properties)
                for (let keys = Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        }

        /**
         * Encodes the specified Empty message. Does not implicitly {@link plugin.Empty.verify|verify} messages.
         * @function encode
         * @memberof plugin.Empty
         * @static
         * @param {plugin.IEmpty} message Empty message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        Empty.encode = function encode(message, writer, q) {
            if (!writer)
                writer = $Writer.create();
            if (q === undefined)
                q = 0;
            if (q > $util.recursionLimit)
                throw Error("max depth exceeded");
            return writer;
        };

        /**
         * Decodes an Empty message from the specified reader or buffer.
         * @function decode
         * @memberof plugin.Empty
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {plugin.Empty} Empty
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        Empty.decode = function decode(reader, length, error, long) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (long === undefined)
                long = 0;
            if (long > $Reader.recursionLimit)
                throw Error("maximum nesting depth exceeded");
            let end, message;
            if (length === undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = new $root.plugin.Empty();
            while (reader.pos < end) {
                let tag = reader.uint32();
                if (tag === error)
                    break;
                switch (tag >>> 3) {
                default:
                    reader.skipType(tag & 7, long);
                    break;
                }
            }
            if (length !== undefined) {
                if (reader.pos !== end)
                    throw RangeError("index out of range");
                reader.len = length;
            }
            return message;
        };

        return Empty;
    })();

    plugin.StdioData = (function() {

        /**
         * Properties of a StdioData.
         * @memberof plugin
         * @interface IStdioData
         * @property {plugin.StdioData.Channel|null} [channel] StdioData channel
         * @property {Uint8Array|null} [data] StdioData data
         */

        /**
         * Constructs a new StdioData.
         * @memberof plugin
         * @classdesc Represents a StdioData.
         * @implements IStdioData
         * @constructor
         * @param {plugin.IStdioData=} [properties] Properties to set
         */
        function StdioData(properties) {
            if (properties)
                for (let keys = Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        }

        /**
         * StdioData channel.
         * @member {plugin.StdioData.Channel} channel
         * @memberof plugin.StdioData
         * @instance
         */
        StdioData.prototype.channel = 0;

        /**
         * StdioData data.
         * @member {Uint8Array} data
         * @memberof plugin.StdioData
         * @instance
         */
        StdioData.prototype.data = $util.newBuffer([]);

        /**
         * Encodes the specified StdioData message. Does not implicitly {@link plugin.StdioData.verify|verify} messages.
         * @function encode
         * @memberof plugin.StdioData
         * @static
         * @param {plugin.IStdioData} message StdioData message or plain object to encode
         * @param {$protobuf.Writer} [writer] Writer to encode to
         * @returns {$protobuf.Writer} Writer
         */
        StdioData.encode = function encode(message, writer, q) {
            if (!writer)
                writer = $Writer.create();
            if (q === undefined)
                q = 0;
            if (q > $util.recursionLimit)
                throw Error("max depth exceeded");
            if (message.channel != null && Object.hasOwnProperty.call(message, "channel"))
                writer.uint32(/* id 1, wireType 0 =*/8).int32(message.channel);
            if (message.data != null && Object.hasOwnProperty.call(message, "data"))
                writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.data);
            return writer;
        };

        /**
         * Decodes a StdioData message from the specified reader or buffer.
         * @function decode
         * @memberof plugin.StdioData
         * @static
         * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
         * @param {number} [length] Message length if known beforehand
         * @returns {plugin.StdioData} StdioData
         * @throws {Error} If the payload is not a reader or valid buffer
         * @throws {$protobuf.util.ProtocolError} If required fields are missing
         */
        StdioData.decode = function decode(reader, length, error, long) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (long === undefined)
                long = 0;
            if (long > $Reader.recursionLimit)
                throw Error("maximum nesting depth exceeded");
            let end, message;
            if (length === undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = new $root.plugin.StdioData();
            while (reader.pos < end) {
                let tag = reader.uint32();
                if (tag === error)
                    break;
                switch (tag >>> 3) {
                case 1: {
                        message.channel = reader.int32();
                        break;
                    }
                case 2: {
                        message.data = reader.bytes();
                        break;
                    }
                default:
                    reader.skipType(tag & 7, long);
                    break;
                }
            }
            if (length !== undefined) {
                if (reader.pos !== end)
                    throw RangeError("index out of range");
                reader.len = length;
            }
            return message;
        };

        /**
         * Channel enum.
         * @name plugin.StdioData.Channel
         * @enum {number}
         * @property {number} INVALID=0 INVALID value
         * @property {number} STDOUT=1 STDOUT value
         * @property {number} STDERR=2 STDERR value
         */
        StdioData.Channel = (function() {
            const valuesById = {}, values = Object.create(valuesById);
            values[valuesById[0] = "INVALID"] = 0;
            values[valuesById[1] = "STDOUT"] = 1;
            values[valuesById[2] = "STDERR"] = 2;
            return values;
        })();

        return StdioData;
    })();

    return plugin;
})();

export const google = $root.google = (() => {

    /**
     * Namespace google.
     * @exports google
     * @namespace
     */
    const google = {};

    google.protobuf = (function() {

        /**
         * Namespace protobuf.
         * @memberof google
         * @namespace
         */
        const protobuf = {};

        protobuf.Empty = (function() {

            /**
             * Properties of an Empty.
             * @memberof google.protobuf
             * @interface IEmpty
             */

            /**
             * Constructs a new Empty.
             * @memberof google.protobuf
             * @classdesc Represents an Empty.
             * @implements IEmpty
             * @constructor
             * @param {google.protobuf.IEmpty=} [properties] Properties to set
             */
            function Empty(properties) {
                if (properties)
                    for (let keys = Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            }

            /**
             * Encodes the specified Empty message. Does not implicitly {@link google.protobuf.Empty.verify|verify} messages.
             * @function encode
             * @memberof google.protobuf.Empty
             * @static
             * @param {google.protobuf.IEmpty} message Empty message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Empty.encode = function encode(message, writer, q) {
                if (!writer)
                    writer = $Writer.create();
                if (q === undefined)
                    q = 0;
                if (q > $util.recursionLimit)
                    throw Error("max depth exceeded");
                return writer;
            };

            /**
             * Decodes an Empty message from the specified reader or buffer.
             * @function decode
             * @memberof google.protobuf.Empty
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {google.protobuf.Empty} Empty
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Empty.decode = function decode(reader, length, error, long) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (long === undefined)
                    long = 0;
                if (long > $Reader.recursionLimit)
                    throw Error("maximum nesting depth exceeded");
                let end, message;
                if (length === undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = new $root.google.protobuf.Empty();
                while (reader.pos < end) {
                    let tag = reader.uint32();
                    if (tag === error)
                        break;
                    switch (tag >>> 3) {
                    default:
                        reader.skipType(tag & 7, long);
                        break;
                    }
                }
                if (length !== undefined) {
                    if (reader.pos !== end)
                        throw RangeError("index out of range");
                    reader.len = length;
                }
                return message;
            };

            return Empty;
        })();

        return protobuf;
    })();

    return google;
})();

export { $root as default };
