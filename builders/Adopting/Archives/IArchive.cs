using System.Collections.Immutable;
using Pile.Builders;
using Pile.Format;

namespace Pile.Adopting;

/// <summary>Files of another layout whose rows become a dataset without being copied.</summary>
/// <remarks>Light columns are read; of the other columns, batches have the locations (<see cref="ReferenceColumnData"/>).</remarks>
internal interface IArchive
{
    /// <summary>The metadata that applies to all rows.</summary>
    DatasetFacts Facts { get; }

    /// <summary>The names of the units, which are read independently and in parallel: unique, and the same on every machine.</summary>
    ImmutableArray<string> Units { get; }

    /// <summary>What somebody who finds the dataset must know about it, in one line; null for nothing.</summary>
    string? Note => null;

    /// <summary>What to do if it has no row, in the words of an error; known once every unit is read.</summary>
    string RemedyWithoutRows => "Name a folder or an archive that contains regular files";

    /// <summary>Checks what only all rows together show; called once every unit is read.</summary>
    /// <exception cref="PileException">The rows contradict how they were read.</exception>
    void CheckAll()
    {
    }

    /// <summary>Reads one unit. Reading it twice gives the same rows.</summary>
    /// <param name="unit">The number of the unit.</param>
    /// <param name="context">Receives files, findings and skipped rows of this unit.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="PileException">A file is missing, unreadable or corrupt; it is named.</exception>
    IEnumerable<RowBatch> Read(int unit, ArchiveContext context, CancellationToken cancellationToken);
}
