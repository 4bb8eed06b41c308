using System.Collections.Concurrent;
using Pile.Format;
using Pile.Rasters;
using Pile.Storage;

namespace Pile.Builders.Sources.Stac;

/// <summary>The raster files of scenes: their addresses in the dataset, and their headers. Thread-safe.</summary>
/// <param name="folder">The folder of the recipe.</param>
/// <param name="mounts">Returns the mounts of the dataset of scenes, by folder; null for other sources.</param>
/// <param name="readsBlocks">True if rows of the dataset are blocks of the files, which need a server with range requests.</param>
/// <remarks>A local file below the folder of the recipe is <c>mount://NAME/path</c>, with the name of that folder. One elsewhere keeps the
/// mount of its dataset of scenes, or has the name of its own folder. A reader of the dataset follows no symbolic link inside the folders
/// that it may read. Therefore, a link to a file has the place of its target, and a link to a folder is a place of its own. Other
/// addresses are kept.</remarks>
internal sealed class RasterPlaces(string folder, Func<IReadOnlyDictionary<string, string>>? mounts = null,
    bool readsBlocks = false) : IDisposable
{
    private readonly ConcurrentDictionary<string, string> used = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Address, string? Layer), Lazy<Task<RasterFile>>> opened = new();
    private readonly ConcurrentDictionary<string, IFileStore> stores = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<IFileStore, Lazy<Task>> checkedStores = new();
    private readonly Lazy<RasterPool> pool = new(() => new RasterPool());

    /// <summary>Where the local files are, by the addresses of their folders.</summary>
    internal IReadOnlyDictionary<string, string> Mounts => used;

    /// <summary>The open files.</summary>
    internal RasterPool Pool => pool.Value;

    /// <summary>Describes a file without opening it.</summary>
    /// <param name="address">A path or an address.</param>
    internal ReferencedFile Describe(string address)
    {
        if (address.Contains("://", StringComparison.Ordinal))
            return new ReferencedFile(SourceUri.Plain(address), ReferencedFile.UnknownBytes);
        (string root, string path) = Placed(address);
        ReferencedFile file = new($"{MountOf(root)}/{path}", ReferencedFile.UnknownBytes);
        FileInfo info = new(Path.Combine(root, path));
        return !info.Exists ? file : file with
        {
            Bytes = info.Length,
            ModifiedMicros = (info.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond,
        };
    }

    /// <summary>Returns true if a file would be local, and does not exist.</summary>
    internal static bool IsMissing(string address) => !address.Contains("://", StringComparison.Ordinal) && !File.Exists(address);

    /// <summary>Opens a file, or a layer of it, and reads its header: once, unless it is not kept.</summary>
    /// <exception cref="SourceUnreadableException">The file is missing, or is not a raster that can be read.</exception>
    internal async ValueTask<RasterFile> OpenAsync(string address, string? layer, CancellationToken cancellationToken,
        bool isKept = true) => await (isKept || opened.ContainsKey((address, layer))
            ? opened.GetOrAdd((address, layer), key => new(() => OpenAsync(key.Address, key.Layer))).Value
            : OpenAsync(address, layer)).WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (pool.IsValueCreated)
            pool.Value.Dispose();
    }

    private async Task<RasterFile> OpenAsync(string address, string? layer)
    {
        bool isRemote = address.Contains("://", StringComparison.Ordinal);
        try
        {
            (string root, string path) = isRemote ? (address[..address.LastIndexOf('/')], FileStore.NameOf(address)) : Placed(address);
            IFileStore store = stores.GetOrAdd(root, place => FileStore.For(place));
            using IRandomAccessFile file = await store.OpenAsync(path).ConfigureAwait(false);
            IRasterSource source = await RasterDrivers.OpenAsync(new RasterUnit { Store = store, Path = path, Layer = layer }, Pool)
                .ConfigureAwait(false);
            RequireComplete(address, source.Layout, file.LengthBytes);
            if (readsBlocks && source.Layout.HasBlocks)
                await checkedStores.GetOrAdd(store, of => new(() => RangeSupport.RequireAsync(of, path, file.LengthBytes,
                    "Make chips of files on a server with range requests (nginx, Apache, S3), or download them and set 'assets.mount'",
                    CancellationToken.None).AsTask())).Value.ConfigureAwait(false);
            return new RasterFile(source, Describe(address) with
            {
                Bytes = file.LengthBytes,
                ModifiedMicros = file.ModifiedMicros,
                ETag = file.ETag,
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnreadableException(address, e is FileNotFoundException ? "there is no such file" : e.Message.TrimEnd('.'),
                "Correct the document or 'assets.mount', or leave the asset out ('assets.exclude')", e);
        }
        catch (ArgumentException e) when (isRemote)
        {
            throw new SourceUnreadableException(address, ArgumentText.Of(e).TrimEnd('.'), // the name of a bucket
                "Correct the document or 'assets.mount', or leave the asset out ('assets.exclude')", e);
        }
    }

    private static void RequireComplete(string address, RasterLayout layout, long bytes)
    {
        if (!layout.HasBlocks)
            return;
        long end = layout.Levels.Concat(layout.MaskLevels).Max(level =>
            level.Offsets!.Zip(level.Sizes!, (offset, size) => offset + size).DefaultIfEmpty().Max());
        if (end > bytes)
            throw new SourceUnreadableException(address, $"it is truncated: its pixels end at byte {end}, but it has {bytes} bytes",
                "Fetch it again, or leave the asset out ('assets.exclude')");
    }

    private (string Root, string Path) Placed(string address)
    {
        string full = Path.GetFullPath(address), inside = folder;
        if (new FileInfo(full).LinkTarget is not null && RealPath.Of(full) is var target && File.Exists(target))
            (full, inside) = (target, RealPath.Of(folder));
        if (RelativeTo(inside, full) is { } relative)
            return inside == folder && LinkedFolder(folder, full) is { } linked ? (linked, RelativeTo(linked, full)!) : (folder, relative);
        string root = MountedFolder(full) ?? Path.GetDirectoryName(full)!;
        return (root, RelativeTo(root, full)!);
    }

    // Walks up from the file, since there may be as many mounts as scenes.
    private string? MountedFolder(string path)
    {
        if (mounts?.Invoke() is { Count: > 0 } known)
            for (string? above = Path.GetDirectoryName(path); above is not null; above = Path.GetDirectoryName(above))
                if (known.ContainsKey(above))
                    return above;
                else if (new FileInfo(above).LinkTarget is not null)
                    return null;
        return null;
    }

    // The last folder between a folder and a path that is a symbolic link.
    private static string? LinkedFolder(string folder, string path)
    {
        for (string above = Path.GetDirectoryName(path)!; above.Length > folder.Length; above = Path.GetDirectoryName(above)!)
            if (new FileInfo(above).LinkTarget is not null)
                return above;
        return null;
    }

    // Null if the path is not below the folder.
    private static string? RelativeTo(string folder, string path) =>
        Path.GetRelativePath(folder, path) is var relative && (relative.StartsWith("..", StringComparison.Ordinal)
            || Path.IsPathRooted(relative)) ? null : relative.Replace(Path.DirectorySeparatorChar, '/');

    private string MountOf(string root)
    {
        string name = Path.GetFileName(root);
        if (root != folder && RelativeTo(folder, root) is { } linked) // links of one name may be in several folders
            name = $"{Path.GetFileName(folder)}-{linked.Replace('/', '-')}";
        string? known = root == folder ? null : mounts?.Invoke().GetValueOrDefault(root);
        string uri = known ?? $"mount://{(name.Length > 0 ? name : "files")}", first = used.GetOrAdd(uri, root);
        return first == root ? uri : throw new SourceUnreadableException(root,
            $"its name is that of another folder with rasters, '{first}'", "Rename one of the folders, or build from a recipe in a "
                + "folder above both");
    }
}
