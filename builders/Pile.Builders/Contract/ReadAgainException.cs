using Pile.Format;

namespace Pile.Builders;

/// <summary>A row shows that the source must be read differently: the runner reads it again.</summary>
/// <param name="finding">What the row shows, and what is done about it.</param>
/// <param name="decide">Adds the decision to those that were made before.</param>
internal sealed class ReadAgainException(string finding, Func<SourceDecisions, SourceDecisions> decide) : PileException(finding)
{
    /// <summary>Adds the decision to those that were made before.</summary>
    internal Func<SourceDecisions, SourceDecisions> Decide { get; } = decide;

    /// <summary>The guessed column of ids has gaps or repeats: the row numbers are the ids.</summary>
    /// <param name="source">The file.</param>
    /// <param name="finding">What is wrong with the column.</param>
    internal static ReadAgainException WithRowNumbers(string source, string finding) =>
        new($"{source}: {finding}. The row number, counted from 0, is the object_id instead; "
            + "name another column with --id ('id' in the recipe's source), or --id row to ask for row numbers.",
            decisions => decisions with { RowNumbersAreIds = true });
}
