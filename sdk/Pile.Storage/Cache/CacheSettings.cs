using Pile.Format;

namespace Pile.Storage;

/// <summary>The folder and the size limit of the cache of remote files.</summary>
/// <param name="Folder">The absolute path of the cache folder.</param>
/// <param name="Bytes">The size limit.</param>
internal sealed record CacheSettings(string Folder, long Bytes)
{
    private const long DefaultBytes = 20L << 30;

    internal static CacheSettings Of(StoreOptions options) =>
        new(Path.GetFullPath(options.CacheFolder ?? FolderOfEnvironment()), options.CacheBytes ?? BytesOfEnvironment());

    /// <summary>Rejects a file that is larger than the size limit.</summary>
    internal void RequireFitsCache(string address, long bytes)
    {
        if (bytes > Bytes)
            throw new StoreException(StoreFault.CacheFull, address,
                $"the file has {bytes} bytes, more than the limit of the cache '{Folder}' ({Bytes} bytes)",
                "Set StoreOptions.CacheBytes or PILE_CACHE_LIMIT to a larger size");
    }

    private static string FolderOfEnvironment()
    {
        if (Environment.GetEnvironmentVariable("PILE_CACHE") is { Length: > 0 } own)
            return own;
        // The XDG specification requires that relative paths are ignored.
        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is ['/', ..] shared)
            return Path.Combine(shared, "pile");
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return home.Length > 0 ? Path.Combine(home, ".cache", "pile") : Path.Combine(Path.GetTempPath(), "pile-cache");
    }

    private static long BytesOfEnvironment()
    {
        if (Environment.GetEnvironmentVariable("PILE_CACHE_LIMIT") is not { Length: > 0 } text)
            return DefaultBytes;
        return ByteSize.TryParse(text, out long bytes) && bytes > 0 ? bytes
            : throw new StoreException(StoreFault.BadSettings, "PILE_CACHE_LIMIT", $"'{text}' is not a valid size",
                "Set it to a size such as 50GB or 512MiB, or unset it for 20 GiB");
    }
}
