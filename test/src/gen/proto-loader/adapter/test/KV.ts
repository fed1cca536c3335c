// Original file: proto/adapter.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { Empty as _adapter_test_Empty, Empty__Output as _adapter_test_Empty__Output } from '../../adapter/test/Empty.js';
import type { GetRequest as _adapter_test_GetRequest, GetRequest__Output as _adapter_test_GetRequest__Output } from '../../adapter/test/GetRequest.js';
import type { GetResponse as _adapter_test_GetResponse, GetResponse__Output as _adapter_test_GetResponse__Output } from '../../adapter/test/GetResponse.js';
import type { _adapter_test_GetResponse_Inner, _adapter_test_GetResponse_Inner__Output } from '../../adapter/test/GetResponse.js';

export interface KVClient extends grpc.Client {
  Chat(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_adapter_test_GetRequest, _adapter_test_GetResponse__Output>;
  Chat(options?: grpc.CallOptions): grpc.ClientDuplexStream<_adapter_test_GetRequest, _adapter_test_GetResponse__Output>;
  chat(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_adapter_test_GetRequest, _adapter_test_GetResponse__Output>;
  chat(options?: grpc.CallOptions): grpc.ClientDuplexStream<_adapter_test_GetRequest, _adapter_test_GetResponse__Output>;
  
  Collect(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_adapter_test_Empty__Output>): grpc.ClientWritableStream<_adapter_test_GetRequest>;
  Collect(metadata: grpc.Metadata, callback: grpc.requestCallback<_adapter_test_Empty__Output>): grpc.ClientWritableStream<_adapter_test_GetRequest>;
  Collect(options: grpc.CallOptions, callback: grpc.requestCallback<_adapter_test_Empty__Output>): grpc.ClientWritableStream<_adapter_test_GetRequest>;
  Collect(callback: grpc.requestCallback<_adapter_test_Empty__Output>): grpc.ClientWritableStream<_adapter_test_GetRequest>;
  collect(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_adapter_test_Empty__Output>): grpc.ClientWritableStream<_adapter_test_GetRequest>;
  collect(metadata: grpc.Metadata, callback: grpc.requestCallback<_adapter_test_Empty__Output>): grpc.ClientWritableStream<_adapter_test_GetRequest>;
  collect(options: grpc.CallOptions, callback: grpc.requestCallback<_adapter_test_Empty__Output>): grpc.ClientWritableStream<_adapter_test_GetRequest>;
  collect(callback: grpc.requestCallback<_adapter_test_Empty__Output>): grpc.ClientWritableStream<_adapter_test_GetRequest>;
  
  Get(argument: _adapter_test_GetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_adapter_test_GetResponse__Output>): grpc.ClientUnaryCall;
  Get(argument: _adapter_test_GetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_adapter_test_GetResponse__Output>): grpc.ClientUnaryCall;
  Get(argument: _adapter_test_GetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_adapter_test_GetResponse__Output>): grpc.ClientUnaryCall;
  Get(argument: _adapter_test_GetRequest, callback: grpc.requestCallback<_adapter_test_GetResponse__Output>): grpc.ClientUnaryCall;
  get(argument: _adapter_test_GetRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_adapter_test_GetResponse__Output>): grpc.ClientUnaryCall;
  get(argument: _adapter_test_GetRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_adapter_test_GetResponse__Output>): grpc.ClientUnaryCall;
  get(argument: _adapter_test_GetRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_adapter_test_GetResponse__Output>): grpc.ClientUnaryCall;
  get(argument: _adapter_test_GetRequest, callback: grpc.requestCallback<_adapter_test_GetResponse__Output>): grpc.ClientUnaryCall;
  
  Watch(argument: _adapter_test_GetRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_adapter_test_GetResponse_Inner__Output>;
  Watch(argument: _adapter_test_GetRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_adapter_test_GetResponse_Inner__Output>;
  watch(argument: _adapter_test_GetRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_adapter_test_GetResponse_Inner__Output>;
  watch(argument: _adapter_test_GetRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_adapter_test_GetResponse_Inner__Output>;
  
}

export interface KVHandlers extends grpc.UntypedServiceImplementation {
  Chat: grpc.handleBidiStreamingCall<_adapter_test_GetRequest__Output, _adapter_test_GetResponse>;
  
  Collect: grpc.handleClientStreamingCall<_adapter_test_GetRequest__Output, _adapter_test_Empty>;
  
  Get: grpc.handleUnaryCall<_adapter_test_GetRequest__Output, _adapter_test_GetResponse>;
  
  Watch: grpc.handleServerStreamingCall<_adapter_test_GetRequest__Output, _adapter_test_GetResponse_Inner>;
  
}

export interface KVDefinition extends grpc.ServiceDefinition {
  Chat: MethodDefinition<_adapter_test_GetRequest, _adapter_test_GetResponse, _adapter_test_GetRequest__Output, _adapter_test_GetResponse__Output>
  Collect: MethodDefinition<_adapter_test_GetRequest, _adapter_test_Empty, _adapter_test_GetRequest__Output, _adapter_test_Empty__Output>
  Get: MethodDefinition<_adapter_test_GetRequest, _adapter_test_GetResponse, _adapter_test_GetRequest__Output, _adapter_test_GetResponse__Output>
  Watch: MethodDefinition<_adapter_test_GetRequest, _adapter_test_GetResponse_Inner, _adapter_test_GetRequest__Output, _adapter_test_GetResponse_Inner__Output>
}
