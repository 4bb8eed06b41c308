namespace Pile.Cli.Terminal;

/// <summary>The reader of standard output has closed it. The program then ends without a message, as is usual in a pipeline.</summary>
internal sealed class OutputClosedException() : Exception("Standard output is closed.");
