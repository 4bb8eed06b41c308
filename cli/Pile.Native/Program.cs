return Pile.Cli.Program.Main(args);
