using Pile.Format;

namespace Pile.Storage;

/// <summary>Where copies of remote files go, and how much room they may take.</summary>
/// <param name="Folder">The cache's folder, absolute.</param>
/// <param name="Bytes">Its budget.</param>
internal sealed record CacheSettings(string Folder, long Bytes)
{
    private const long DefaultBytes = 20L << 30;

    internal static CacheSettings Of(StoreOptions options) =>
        new(Path.GetFullPath(options.CacheFolder ?? FolderOfEnvironment()), options.CacheBytes ?? BytesOfEnvironment());

    /// <summary>Refuses a file that is larger than the budget.</summary>
    internal void RequireRoomFor(string address, long bytes)
    {
        if (bytes > Bytes)
            throw new StoreException(StoreFault.CacheFull, address,
                $"the file has {bytes} bytes, more than the whole cache '{Folder}' may have ({Bytes})",
                "Set PILE_CACHE_LIMIT to a larger size");
    }

    private static string FolderOfEnvironment()
    {
        if (Environment.GetEnvironmentVariable("PILE_CACHE") is { Length: > 0 } own)
            return own;
        // The XDG specification has relative paths ignored.
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
            : throw new StoreException(StoreFault.BadSettings, "PILE_CACHE_LIMIT", $"'{text}' is no size",
                "Set it to a size such as 50GB or 512MiB, or unset it for 20 GiB");
    }
}
