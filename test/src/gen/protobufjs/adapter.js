/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs-8/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const adapter = $root.adapter = (() => {

    /**
     * Namespace adapter.
     * @exports adapter
     * @namespace
     */
    const adapter = {};

    adapter.test = (function() {

        /**
         * Namespace test.
         * @memberof adapter
         * @namespace
         */
        const test = {};

        test.GetRequest = (function() {

            /**
             * Properties of a GetRequest.
             * @typedef {Object} adapter.test.GetRequest.$Properties
             * @property {string|null} [key] GetRequest key
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a GetRequest.
             * @memberof adapter.test
             * @interface IGetRequest
             * @augments adapter.test.GetRequest.$Properties
             * @deprecated Use adapter.test.GetRequest.$Properties instead.
             */

            /**
             * Shape of a GetRequest.
             * @typedef {adapter.test.GetRequest.$Properties} adapter.test.GetRequest.$Shape
             */

            /**
             * Constructs a new GetRequest.
             * @memberof adapter.test
             * @classdesc Represents a GetRequest.
             * @constructor
             * @param {adapter.test.GetRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const GetRequest = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * GetRequest key.
             * @member {string} key
             * @memberof adapter.test.GetRequest
             * @instance
             */
            GetRequest.prototype.key = "";

            /**
             * Encodes the specified GetRequest message. Does not implicitly {@link adapter.test.GetRequest.verify|verify} messages.
             * @function encode
             * @memberof adapter.test.GetRequest
             * @static
             * @param {adapter.test.GetRequest.$Properties} message GetRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            GetRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.key);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a GetRequest message from the specified reader or buffer.
             * @function decode
             * @memberof adapter.test.GetRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {adapter.test.GetRequest & adapter.test.GetRequest.$Shape} GetRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            GetRequest.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.adapter.test.GetRequest();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.key = value;
                            else
                                delete message.key;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return GetRequest;
        })();

        test.GetResponse = (function() {

            /**
             * Properties of a GetResponse.
             * @typedef {Object} adapter.test.GetResponse.$Properties
             * @property {Uint8Array|null} [value] GetResponse value
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a GetResponse.
             * @memberof adapter.test
             * @interface IGetResponse
             * @augments adapter.test.GetResponse.$Properties
             * @deprecated Use adapter.test.GetResponse.$Properties instead.
             */

            /**
             * Shape of a GetResponse.
             * @typedef {adapter.test.GetResponse.$Properties} adapter.test.GetResponse.$Shape
             */

            /**
             * Constructs a new GetResponse.
             * @memberof adapter.test
             * @classdesc Represents a GetResponse.
             * @constructor
             * @param {adapter.test.GetResponse.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const GetResponse = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * GetResponse value.
             * @member {Uint8Array} value
             * @memberof adapter.test.GetResponse
             * @instance
             */
            GetResponse.prototype.value = $util.newBuffer([]);

            /**
             * Encodes the specified GetResponse message. Does not implicitly {@link adapter.test.GetResponse.verify|verify} messages.
             * @function encode
             * @memberof adapter.test.GetResponse
             * @static
             * @param {adapter.test.GetResponse.$Properties} message GetResponse message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            GetResponse.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.value != null && $Object.hasOwnProperty.call(message, "value") && message.value.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.value);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a GetResponse message from the specified reader or buffer.
             * @function decode
             * @memberof adapter.test.GetResponse
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {adapter.test.GetResponse & adapter.test.GetResponse.$Shape} GetResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            GetResponse.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.adapter.test.GetResponse();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.value = value;
                            else
                                delete message.value;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            GetResponse.Inner = (function() {

                /**
                 * Properties of an Inner.
                 * @typedef {Object} adapter.test.GetResponse.Inner.$Properties
                 * @property {number|null} [n] Inner n
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of an Inner.
                 * @memberof adapter.test.GetResponse
                 * @interface IInner
                 * @augments adapter.test.GetResponse.Inner.$Properties
                 * @deprecated Use adapter.test.GetResponse.Inner.$Properties instead.
                 */

                /**
                 * Shape of an Inner.
                 * @typedef {adapter.test.GetResponse.Inner.$Properties} adapter.test.GetResponse.Inner.$Shape
                 */

                /**
                 * Constructs a new Inner.
                 * @memberof adapter.test.GetResponse
                 * @classdesc Represents an Inner.
                 * @constructor
                 * @param {adapter.test.GetResponse.Inner.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const Inner = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * Inner n.
                 * @member {number} n
                 * @memberof adapter.test.GetResponse.Inner
                 * @instance
                 */
                Inner.prototype.n = 0;

                /**
                 * Encodes the specified Inner message. Does not implicitly {@link adapter.test.GetResponse.Inner.verify|verify} messages.
                 * @function encode
                 * @memberof adapter.test.GetResponse.Inner
                 * @static
                 * @param {adapter.test.GetResponse.Inner.$Properties} message Inner message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                Inner.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.n != null && $Object.hasOwnProperty.call(message, "n") && message.n !== 0)
                        writer.uint32(/* id 1, wireType 0 =*/8).int32(message.n);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes an Inner message from the specified reader or buffer.
                 * @function decode
                 * @memberof adapter.test.GetResponse.Inner
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {adapter.test.GetResponse.Inner & adapter.test.GetResponse.Inner.$Shape} Inner
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                Inner.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.adapter.test.GetResponse.Inner();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                if (value = reader.int32())
                                    message.n = value;
                                else
                                    delete message.n;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Inner;
            })();

            return GetResponse;
        })();

        test.Empty = (function() {

            /**
             * Properties of an Empty.
             * @typedef {Object} adapter.test.Empty.$Properties
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Empty.
             * @memberof adapter.test
             * @interface IEmpty
             * @augments adapter.test.Empty.$Properties
             * @deprecated Use adapter.test.Empty.$Properties instead.
             */

            /**
             * Shape of an Empty.
             * @typedef {adapter.test.Empty.$Properties} adapter.test.Empty.$Shape
             */

            /**
             * Constructs a new Empty.
             * @memberof adapter.test
             * @classdesc Represents an Empty.
             * @constructor
             * @param {adapter.test.Empty.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Empty = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Encodes the specified Empty message. Does not implicitly {@link adapter.test.Empty.verify|verify} messages.
             * @function encode
             * @memberof adapter.test.Empty
             * @static
             * @param {adapter.test.Empty.$Properties} message Empty message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Empty.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Empty message from the specified reader or buffer.
             * @function decode
             * @memberof adapter.test.Empty
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {adapter.test.Empty & adapter.test.Empty.$Shape} Empty
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Empty.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.adapter.test.Empty();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Empty;
        })();

        test.KV = (function() {

            /**
             * Constructs a new KV service.
             * @memberof adapter.test
             * @classdesc Represents a KV
             * @extends $protobuf.rpc.Service
             * @constructor
             * @param {$protobuf.RPCImpl} rpcImpl RPC implementation
             * @param {boolean} [requestDelimited=false] Whether requests are length-delimited
             * @param {boolean} [responseDelimited=false] Whether responses are length-delimited
             */
            const KV = function(rpcImpl, requestDelimited, responseDelimited) {
                $protobuf.rpc.Service.call(this, rpcImpl, requestDelimited, responseDelimited);
            };

            $Object.defineProperty(KV.prototype = $Object.create($protobuf.rpc.Service.prototype), "constructor", { value: KV, writable: true, enumerable: false, configurable: true });

            /**
             * Callback as used by {@link adapter.test.KV#get}.
             * @memberof adapter.test.KV
             * @typedef GetCallback
             * @type {function}
             * @param {Error|null} error Error, if any
             * @param {adapter.test.GetResponse} [response] GetResponse
             */

            /**
             * Calls Get.
             * @memberof adapter.test.KV
             * @typedef Get
             * @type {{
             *   (request: adapter.test.IGetRequest, callback: adapter.test.KV.GetCallback): void;
             *   (request: adapter.test.IGetRequest): Promise<adapter.test.GetResponse>;
             *   readonly name: "Get";
             *   readonly path: "/adapter.test.KV/Get";
             *   readonly requestType: "GetRequest";
             *   readonly responseType: "GetResponse";
             *   readonly requestStream: undefined;
             *   readonly responseStream: undefined;
             * }}
             */

            /**
             * Calls Get.
             * @name adapter.test.KV#get
             * @type {adapter.test.KV.Get}
             */
            $Object.defineProperties(KV.prototype.get = function(request, callback) {
                return $protobuf.rpc.Service.prototype.rpcCall.call(this, KV.prototype.get, $root.adapter.test.GetRequest, $root.adapter.test.GetResponse, request, callback);
            }, {
                name: { value: "Get" },
                path: { value: "/adapter.test.KV/Get" },
                requestType: { value: "GetRequest" },
                responseType: { value: "GetResponse" },
                requestStream: { value: $undefined },
                responseStream: { value: $undefined }
            });

            /**
             * Callback as used by {@link adapter.test.KV#watch}.
             * @memberof adapter.test.KV
             * @typedef WatchCallback
             * @type {function}
             * @param {Error|null} error Error, if any
             * @param {adapter.test.GetResponse.Inner} [response] Inner
             */

            /**
             * Calls Watch.
             * @memberof adapter.test.KV
             * @typedef Watch
             * @type {{
             *   (request: adapter.test.IGetRequest, callback: adapter.test.KV.WatchCallback): void;
             *   (request: adapter.test.IGetRequest): Promise<adapter.test.GetResponse.Inner>;
             *   readonly name: "Watch";
             *   readonly path: "/adapter.test.KV/Watch";
             *   readonly requestType: "GetRequest";
             *   readonly responseType: "GetResponse.Inner";
             *   readonly requestStream: undefined;
             *   readonly responseStream: true;
             * }}
             */

            /**
             * Calls Watch.
             * @name adapter.test.KV#watch
             * @type {adapter.test.KV.Watch}
             */
            $Object.defineProperties(KV.prototype.watch = function(request, callback) {
                return $protobuf.rpc.Service.prototype.rpcCall.call(this, KV.prototype.watch, $root.adapter.test.GetRequest, $root.adapter.test.GetResponse.Inner, request, callback);
            }, {
                name: { value: "Watch" },
                path: { value: "/adapter.test.KV/Watch" },
                requestType: { value: "GetRequest" },
                responseType: { value: "GetResponse.Inner" },
                requestStream: { value: $undefined },
                responseStream: { value: true }
            });

            /**
             * Callback as used by {@link adapter.test.KV#collect}.
             * @memberof adapter.test.KV
             * @typedef CollectCallback
             * @type {function}
             * @param {Error|null} error Error, if any
             * @param {adapter.test.Empty} [response] Empty
             */

            /**
             * Calls Collect.
             * @memberof adapter.test.KV
             * @typedef Collect
             * @type {{
             *   (request: adapter.test.IGetRequest, callback: adapter.test.KV.CollectCallback): void;
             *   (request: adapter.test.IGetRequest): Promise<adapter.test.Empty>;
             *   readonly name: "Collect";
             *   readonly path: "/adapter.test.KV/Collect";
             *   readonly requestType: "GetRequest";
             *   readonly responseType: "Empty";
             *   readonly requestStream: true;
             *   readonly responseStream: undefined;
             * }}
             */

            /**
             * Calls Collect.
             * @name adapter.test.KV#collect
             * @type {adapter.test.KV.Collect}
             */
            $Object.defineProperties(KV.prototype.collect = function(request, callback) {
                return $protobuf.rpc.Service.prototype.rpcCall.call(this, KV.prototype.collect, $root.adapter.test.GetRequest, $root.adapter.test.Empty, request, callback);
            }, {
                name: { value: "Collect" },
                path: { value: "/adapter.test.KV/Collect" },
                requestType: { value: "GetRequest" },
                responseType: { value: "Empty" },
                requestStream: { value: true },
                responseStream: { value: $undefined }
            });

            /**
             * Callback as used by {@link adapter.test.KV#chat}.
             * @memberof adapter.test.KV
             * @typedef ChatCallback
             * @type {function}
             * @param {Error|null} error Error, if any
             * @param {adapter.test.GetResponse} [response] GetResponse
             */

            /**
             * Calls Chat.
             * @memberof adapter.test.KV
             * @typedef Chat
             * @type {{
             *   (request: adapter.test.IGetRequest, callback: adapter.test.KV.ChatCallback): void;
             *   (request: adapter.test.IGetRequest): Promise<adapter.test.GetResponse>;
             *   readonly name: "Chat";
             *   readonly path: "/adapter.test.KV/Chat";
             *   readonly requestType: "GetRequest";
             *   readonly responseType: "GetResponse";
             *   readonly requestStream: true;
             *   readonly responseStream: true;
             * }}
             */

            /**
             * Calls Chat.
             * @name adapter.test.KV#chat
             * @type {adapter.test.KV.Chat}
             */
            $Object.defineProperties(KV.prototype.chat = function(request, callback) {
                return $protobuf.rpc.Service.prototype.rpcCall.call(this, KV.prototype.chat, $root.adapter.test.GetRequest, $root.adapter.test.GetResponse, request, callback);
            }, {
                name: { value: "Chat" },
                path: { value: "/adapter.test.KV/Chat" },
                requestType: { value: "GetRequest" },
                responseType: { value: "GetResponse" },
                requestStream: { value: true },
                responseStream: { value: true }
            });

            return KV;
        })();

        return test;
    })();

    return adapter;
})();

export {
  $root as default
};
