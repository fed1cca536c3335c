import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Empty as _adapter_test_Empty, Empty__Output as _adapter_test_Empty__Output } from './adapter/test/Empty.js';
import type { GetRequest as _adapter_test_GetRequest, GetRequest__Output as _adapter_test_GetRequest__Output } from './adapter/test/GetRequest.js';
import type { GetResponse as _adapter_test_GetResponse, GetResponse__Output as _adapter_test_GetResponse__Output } from './adapter/test/GetResponse.js';
import type { KVClient as _adapter_test_KVClient, KVDefinition as _adapter_test_KVDefinition } from './adapter/test/KV.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  adapter: {
    test: {
      Empty: MessageTypeDefinition<_adapter_test_Empty, _adapter_test_Empty__Output>
      GetRequest: MessageTypeDefinition<_adapter_test_GetRequest, _adapter_test_GetRequest__Output>
      GetResponse: MessageTypeDefinition<_adapter_test_GetResponse, _adapter_test_GetResponse__Output>
      KV: SubtypeConstructor<typeof grpc.Client, _adapter_test_KVClient> & { service: _adapter_test_KVDefinition }
    }
  }
}

