// Original file: proto/adapter.proto


export interface _adapter_test_GetResponse_Inner {
  'n'?: (number);
}

export interface _adapter_test_GetResponse_Inner__Output {
  'n'?: (number);
}

export interface GetResponse {
  'value'?: (Buffer | Uint8Array | string);
}

export interface GetResponse__Output {
  'value'?: (Buffer);
}
