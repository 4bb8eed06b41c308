using Pile.Format;
using Pile.Writing;

namespace Pile.Builders;

/// <summary>The build that a builder is part of: the rows that are wanted, the policy for bad rows, and where the builder
/// reports.</summary>
/// <remarks>The runner creates one for the plan and one for each unit. A test of a builder may create its own.</remarks>
public sealed class BuildContext
{
    /// <summary>True to skip bad rows and list them in <c>skipped.csv</c>; false (the default) to stop at the first.</summary>
    /// <remarks>A builder skips a row by <see cref="Reject"/> or <see cref="Skip"/>, and does not return it. A row that it returns and
    /// that the dataset cannot have, such as one whose right ascension is NaN, is skipped by the writer.</remarks>
    public bool SkipsBadRows { get; init; }

    /// <summary>The number of rows that are wanted of the unit, at least 1; null (the default) for all. A builder may return
    /// more.</summary>
    /// <remarks>A builder that reads row by row does not fail because of a row after the last wanted one.</remarks>
    public long? WantedRows { get; init; }

    /// <summary>Receives the messages of <see cref="Report"/>; null to ignore them.</summary>
    public Action<string>? OnMessage { get; init; }

    /// <summary>Receives each skipped row; null to ignore them.</summary>
    internal Action<SkippedRow>? OnSkip { get; init; }

    /// <summary>The decisions of earlier attempts about how to read the source.</summary>
    internal SourceDecisions Decisions { get; init; } = new();

    /// <summary>The earlier version of the dataset, whose files are the first of the source; null without one, or if its epoch is not that
    /// of the dataset.</summary>
    internal EarlierVersion? Earlier { get; init; }

    /// <summary>Receives the facts about the unit once all of it is read.</summary>
    internal Action<UnitFacts>? OnFacts { get; init; }

    /// <summary>What <see cref="OnMessage"/> has thrown through the builder, which is not a failure of the builder.</summary>
    internal Exception? FailureOfCaller { get; private set; }

    /// <summary>Reports a message to the user: what was found, where, and what to do.</summary>
    public void Report(string message)
    {
        try
        {
            OnMessage?.Invoke(message);
        }
        catch (Exception e)
        {
            FailureOfCaller = e;
            throw;
        }
    }

    /// <summary>Skips a row that does not belong in the dataset, whatever the policy for bad rows. The dataset lists it in
    /// <c>skipped.csv</c>.</summary>
    /// <param name="file">The file: its path, or its name in the dataset.</param>
    /// <param name="row">The row of the file, from 0; null for the whole file.</param>
    /// <param name="reason">Why the row is skipped.</param>
    public void Skip(string file, long? row, string reason) => OnSkip?.Invoke(new SkippedRow(file, row, reason));

    /// <summary>Skips a bad row if bad rows are skipped. Otherwise the build stops.</summary>
    /// <param name="fault">The file, the row, and what is wrong.</param>
    /// <exception cref="ValueInvalidException">Bad rows are not skipped.</exception>
    public void Reject(ValueInvalidException fault)
    {
        if (!SkipsBadRows)
            throw fault;
        Skip(fault.SourcePath, fault.Row, fault.Finding);
    }
}
