// Original file: proto/adapter.proto


export interface Empty {
}

export interface Empty__Output {
}
