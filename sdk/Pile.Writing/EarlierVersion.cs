using Pile.Format;

namespace Pile.Writing;

/// <summary>An earlier version of a dataset, to which a build appends the rows of new source files.</summary>
internal abstract class EarlierVersion
{
    /// <summary>The dataset's folder or address.</summary>
    internal abstract string Address { get; }

    /// <summary>The manifest.</summary>
    internal abstract Manifest Manifest { get; }

    /// <summary>The SHA-256 of the manifest, which identifies the version.</summary>
    internal abstract string Identity { get; }

    /// <summary>The files that its rows were read from, by name.</summary>
    internal abstract IReadOnlyDictionary<string, SourceFile> Sources { get; }

    /// <summary>Gives files other names, because the source that the build reads has them under other folders.</summary>
    /// <param name="names">The new name of each file, by its name so far.</param>
    internal abstract void Rename(IReadOnlyDictionary<string, string> names);

    /// <summary>How its rows were read from their source, as <see cref="DatasetWriter.SourceRecord"/>; null if it does not say.</summary>
    internal abstract string? SourceRecord { get; }

    /// <summary>Where the files outside it are, by their addresses in it.</summary>
    internal abstract IReadOnlyList<KeyValuePair<string, string>> Mounts { get; }

    /// <summary>Writes all rows as they are stored as units of the writer, the list of skipped rows, and lets the writer share files.
    /// </summary>
    internal abstract Task SpillAsync(DatasetWriter writer, CancellationToken cancellationToken);
}
