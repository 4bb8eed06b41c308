using Pile.Format;

namespace Pile.Builders;

/// <summary>Turns one kind of source into observations. Everything else (cells, files, order, resume, progress) is the runner's.</summary>
/// <remarks>
/// A builder keeps no state between units: the runner reads several at once, in any order, and again after a crash.
/// The same unit must give the same rows. A missing value stays missing; nothing is invented.
/// </remarks>
public interface IDatasetBuilder
{
    /// <summary>The name under which recipes ask for it, for example <c>sdss-spectrum</c>.</summary>
    string Name { get; }

    /// <summary>Its version; it stands in the manifest of what it built, and goes up when its rows change.</summary>
    string Version { get; }

    /// <summary>What holds for all of its rows.</summary>
    DatasetFacts Facts { get; }

    /// <summary>Lists the units of the source: files, or parts of large ones. Opens as little as possible.</summary>
    /// <exception cref="PileException">A file is missing or unreadable.</exception>
    IAsyncEnumerable<SourceUnit> PlanAsync(CancellationToken cancellationToken = default);

    /// <summary>Reads one unit. Every batch has <c>object_id</c>, <c>ra</c> and <c>dec</c> (ICRS degrees); <c>healpix</c> is added by the writer.</summary>
    /// <exception cref="PileException">The unit is not what it should be; file, row and column are named.</exception>
    IAsyncEnumerable<RowBatch> ReadAsync(SourceUnit unit, CancellationToken cancellationToken = default);
}
