using Pile.Format;

namespace Pile.Reading;

/// <summary>Tables of another layout that are read as a dataset: they have tiles, but neither checksums nor shards.</summary>
internal interface IForeignCatalog
{
    /// <summary>The manifest of the tables as a dataset.</summary>
    Manifest Manifest { get; }

    /// <summary>Bytes that identify the table. Those of a catalogue do not cover its values.</summary>
    byte[] Identity { get; }

    /// <summary>Returns the tiles as a list of files.</summary>
    /// <exception cref="DatasetInvalidException">They cannot be listed.</exception>
    Task<FileList> FilesAsync(CancellationToken cancellationToken);
}
