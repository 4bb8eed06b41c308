using Pile.Format;

namespace Pile.Builders;

/// <summary>Reads one kind of source. The runner partitions, writes, resumes and reports.</summary>
/// <remarks>
/// A builder has a <see cref="DatasetBuilderAttribute"/> and a public constructor that takes a <see cref="RecipeSource"/>.
/// It keeps no state between units: the runner reads several units at once, in any order, and again after a crash.
/// Reading a unit twice must give the same rows. A missing value stays missing. <see cref="FileBuilder"/> is the short way to write one.
/// </remarks>
public interface IDatasetBuilder
{
    /// <summary>The metadata that applies to all rows.</summary>
    DatasetFacts Facts { get; }

    /// <summary>Lists the units of the source: files, or parts of large files. Opens as few files as possible.</summary>
    /// <param name="context">The build.</param>
    /// <param name="cancellationToken">Cancels the build.</param>
    /// <exception cref="PileException">A file is missing or unreadable.</exception>
    IAsyncEnumerable<SourceUnit> PlanAsync(BuildContext context, CancellationToken cancellationToken);

    /// <summary>Reads one unit. Every batch has <c>object_id</c>, <c>ra</c> and <c>dec</c> (ICRS degrees); the writer adds
    /// <c>healpix</c>.</summary>
    /// <remarks>The runner uses a batch only until it asks for the next one, so that its memory may be used again.</remarks>
    /// <param name="unit">The unit.</param>
    /// <param name="context">The build, and where the builder reports what it finds in this unit.</param>
    /// <param name="cancellationToken">Cancels the build.</param>
    /// <exception cref="PileException">The unit does not have the expected content. The message names file, row and column.</exception>
    IAsyncEnumerable<RowBatch> ReadAsync(SourceUnit unit, BuildContext context, CancellationToken cancellationToken);
}
