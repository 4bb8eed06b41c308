using Pile.Format;

namespace Pile.Builders;

/// <summary>A row shows that the source must be read differently; the runner then reads it again.</summary>
/// <param name="finding">What the row shows, and how the source is read instead.</param>
/// <param name="decide">Adds the new decision to the earlier ones.</param>
internal sealed class ReadAgainException(string finding, Func<SourceDecisions, SourceDecisions> decide) : PileException(finding)
{
    /// <summary>Adds the new decision to the earlier ones.</summary>
    internal Func<SourceDecisions, SourceDecisions> Decide { get; } = decide;

    /// <summary>Uses the row numbers as ids, because the guessed id column has missing or repeated values.</summary>
    /// <param name="source">The file.</param>
    /// <param name="finding">What is wrong with the column.</param>
    internal static ReadAgainException WithRowNumbers(string source, string finding) =>
        new($"{source}: {finding}. The row number, counted from 0, is the object_id instead; "
            + "set 'id' in the recipe's source to another column, or to row for row numbers.",
            decisions => decisions with { RowNumbersAreIds = true });
}
