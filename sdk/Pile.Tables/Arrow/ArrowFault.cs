namespace Pile.Tables.Arrow;

/// <summary>A reason why Arrow data cannot be read, without the name of the file, which the table adds.</summary>
/// <param name="finding">What is wrong.</param>
/// <param name="remedy">What to do.</param>
/// <param name="inner">The exception of a library; null without one.</param>
internal sealed class ArrowFault(string finding, string remedy, Exception? inner = null) : Exception(finding, inner)
{
    internal const string FetchAgain = "The file may be truncated or damaged: fetch it again, or write it again";

    /// <summary>What to do.</summary>
    internal string Remedy { get; } = remedy;

    /// <summary>Creates the fault of data that contradict the format.</summary>
    internal static ArrowFault Damaged(string finding) => new(finding, FetchAgain);

    /// <summary>Creates the fault of valid data that are not read.</summary>
    internal static ArrowFault Unsupported(string finding, string remedy) => new(finding, remedy);
}
