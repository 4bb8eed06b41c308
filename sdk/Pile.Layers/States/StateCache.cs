using Pile.Format;
using Pile.Storage;

namespace Pile.Layers;

/// <summary>States that this machine has computed, in the folder of the cache. A hash of the commit identifies each, and a stamp of the
/// rows if the root of their dataset does not identify their positions.</summary>
/// <param name="options">Where the cache is; null for the default.</param>
internal sealed class StateCache(StoreOptions? options)
{
    private const int KeptStates = 64;
    private const string Author = "the cache of states";

    /// <summary>The folder of the states.</summary>
    internal string Folder { get; } = Path.Combine(CacheSettings.Of(options ?? StoreOptions.Default).Folder, "layers");

    /// <summary>Returns a state whose bytes are those that were cached, or null.</summary>
    /// <param name="commit">The hash of the commit.</param>
    /// <param name="stamp">What identifies the positions of the rows, see <see cref="ILayerRows.PositionStampAsync"/>.</param>
    internal LayerState? Find(string commit, string stamp) => Read(PointerPath(commit, stamp), commit);

    private string PointerPath(string commit, string stamp) =>
        Path.Combine(Folder, stamp.Length == 0 ? $"{commit}.json" : $"{commit}-{stamp}.json");

    private LayerState? Read(string pointerPath, string commit)
    {
        try
        {
            if (!File.Exists(pointerPath))
                return null;
            StatePointer pointer = StatePointer.Read(File.ReadAllBytes(pointerPath), Author, pointerPath);
            string path = Path.Combine(Folder, $"{pointer.State}.parquet");
            using LocalFile file = new(path);
            if (file.LengthBytes != pointer.Bytes || pointer.Commit != commit || FileSha256.Of(file,
                CancellationToken.None) != pointer.State)
                return null; // it is computed again
            File.SetLastWriteTimeUtc(pointerPath, DateTime.UtcNow);
            return new LayerState(path, pointer.Rows, pointer.Gone);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LayerInvalidException)
        {
            return null;
        }
    }

    /// <summary>Moves a computed state into the cache.</summary>
    /// <returns>The cached state; the given one if the cache cannot be written.</returns>
    internal LayerState TryAdd(long number, string commit, string stamp, LayerState state)
    {
        try
        {
            Directory.CreateDirectory(Folder);
            string sha256;
            long bytes;
            using (LocalFile file = new(state.Path))
                (sha256, bytes) = (FileSha256.Of(file, CancellationToken.None), file.LengthBytes);
            string path = Path.Combine(Folder, $"{sha256}.parquet"), aside = TemporaryPath.Beside(path, ".new");
            File.Move(state.Path, aside);
            File.Move(aside, path, overwrite: true);
            string pointerPath = PointerPath(commit, stamp), pointerAside = TemporaryPath.Beside(pointerPath, ".new");
            File.WriteAllBytes(pointerAside, new StatePointer(number, commit, sha256, bytes, state.Rows, state.Gone).ToBytes());
            File.Move(pointerAside, pointerPath, overwrite: true);
            Prune();
            return state with { Path = path };
        }
        catch (Exception e) when ((e is IOException or UnauthorizedAccessException) && File.Exists(state.Path))
        {
            return state;
        }
    }

    /// <summary>Removes the states of a commit.</summary>
    internal void Remove(string commit)
    {
        if (!Directory.Exists(Folder))
            return;
        foreach (string pointerPath in Directory.GetFiles(Folder, $"{commit}*.json"))
        {
            if (Read(pointerPath, commit) is { } state)
                TemporaryPath.Delete(state.Path);
            TemporaryPath.Delete(pointerPath);
        }
    }

    // A query that has opened a state keeps its bytes until it ends.
    private void Prune()
    {
        FileInfo[] files = [.. new DirectoryInfo(Folder).EnumerateFiles().Where(f => f.Extension is ".json" or ".parquet")
            .OrderByDescending(f => f.LastWriteTimeUtc)];
        foreach (FileInfo file in files.Skip(2 * KeptStates))
            TemporaryPath.Delete(file.FullName);
    }
}
