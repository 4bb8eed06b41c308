using System.Globalization;
using Pile.Format;
using Pile.Storage;

namespace Pile.Reading;

/// <summary>The files outside a dataset, found through its mounts and compared with what the dataset recorded.</summary>
internal sealed class ReferenceSources(ReferenceList list, Mounts mounts) : IPieceSources
{
    private readonly Lazy<StoreTraits> traits = new(() => TraitsOf(list, mounts));

    /// <inheritdoc/>
    /// <remarks>Those of the first file whose place is known: the files of a dataset are usually in one place.</remarks>
    public StoreTraits Traits => traits.Value;

    /// <inheritdoc/>
    public int Count => list.Count;

    /// <inheritdoc/>
    public string PathOf(int source) => list.UriOf(source);

    /// <inheritdoc/>
    public long BytesOf(int source) => list.BytesOf(source);

    /// <inheritdoc/>
    public IRandomAccessFile Open(int source)
    {
        ReferencedFile expected = list[source];
        (IFileStore store, string path) = mounts.Resolve(expected.Uri);
        IRandomAccessFile file;
        try
        {
            file = expected.Bytes == ReferencedFile.UnknownBytes
                ? throw new InvalidDataException($"its size is not recorded in '{DatasetPaths.Sources("…")}'")
                : store.Open(path, expected.Bytes, expected.ETag);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{e.Message} (recorded in '{DatasetPaths.Sources("…")}')", e);
        }
        // Without a checksum of the whole file, its time is the only sign that its bytes are not the recorded ones.
        if (expected is { ModifiedMicros: { } recorded, Sha256: null } && file.ModifiedMicros is { } found && found != recorded)
        {
            file.Dispose();
            throw new InvalidDataException($"the file was changed at {Text(found)} UTC, but the dataset recorded {Text(recorded)}");
        }
        return file;
    }

    private static StoreTraits TraitsOf(ReferenceList list, Mounts mounts)
    {
        for (int source = 0; source < list.Count; source++)
            if (list.UriOf(source) is var uri && SourceUri.FindFault(uri) is null && mounts.IsKnown(uri))
                return mounts.Resolve(uri).Store.Traits;
        return StoreTraits.Local; // no file can be opened, so none is read
    }

    private static string Text(long micros) =>
        DateTime.UnixEpoch.AddMicroseconds(micros).ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
}
