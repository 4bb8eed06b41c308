namespace Pile.Streaming;

/// <summary>A draw of rows by class.</summary>
/// <param name="Kind"><see cref="Balanced"/> or <see cref="AtMost"/>.</param>
/// <param name="Column">The column of the classes.</param>
/// <param name="Rows">The number of rows that are drawn, null for all; or the maximum of a class.</param>
/// <param name="Seed">The seed.</param>
internal sealed record PinnedDraw(string Kind, string Column, long? Rows, ulong Seed)
{
    internal const string Balanced = "balanced", AtMost = "at-most";
}
