namespace Pile.Cli.Terminal;

/// <summary>Nobody reads standard output any more: the program ends without a message, as others do in a pipeline.</summary>
internal sealed class OutputClosedException() : Exception("Standard output is closed.");
