package main

import "bench"

type rpcServer struct{}

func (rpcServer) Bytes(request []byte, reply *[]byte) error {
	*reply = request
	return nil
}

func (rpcServer) Record(request bench.Record, reply *bench.Record) error {
	*reply = request
	return nil
}
