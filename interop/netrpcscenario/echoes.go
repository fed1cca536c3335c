package netrpcscenario

// The methods that describe their argument and send it back.

func (*Caller) EchoHTTP(args HTTPRequest, reply *Echoed[HTTPRequest]) error { return echo(args, reply) }

func (*Caller) EchoNested(args Nested, reply *Echoed[Nested]) error { return echo(args, reply) }

func (*Caller) EchoTimes(args Times, reply *Echoed[Times]) error { return echo(args, reply) }

func (*Caller) EchoErrors(args Errors, reply *Echoed[Errors]) error { return echo(args, reply) }

func (*Caller) EchoPointers(args Pointers, reply *Echoed[Pointers]) error { return echo(args, reply) }

func (*Caller) EchoNumbers(args Numbers, reply *Echoed[Numbers]) error { return echo(args, reply) }

func (*Caller) EchoBigs(args *Bigs, reply *Echoed[*Bigs]) error { return echo(args, reply) }

func (*Caller) EchoEmbedded(args Embedded, reply *Echoed[Embedded]) error { return echo(args, reply) }

func (*Caller) EchoArrays(args Arrays, reply *Echoed[Arrays]) error { return echo(args, reply) }

func (*Caller) EchoTree(args *Tree, reply *Echoed[*Tree]) error { return echo(args, reply) }

func (*Caller) EchoOlder(args OlderRequest, reply *Echoed[OlderRequest]) error {
	return echo(args, reply)
}

func (*Caller) EchoAny(args any, reply *Echoed[any]) error { return echo(args, reply) }

// PassAny takes any value and returns it unchanged.
func (*Caller) PassAny(args any, reply *any) error {
	*reply = args
	return nil
}

// Blob returns its argument.
func (*Caller) Blob(args []byte, reply *[]byte) error {
	*reply = args
	return nil
}
