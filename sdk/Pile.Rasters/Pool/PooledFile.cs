using Pile.Storage;

namespace Pile.Rasters;

/// <summary>A file of a <see cref="FilePool"/>, which guards it.</summary>
internal sealed class PooledFile
{
    /// <summary>The number of leases.</summary>
    internal int Users { get; set; }

    /// <summary>The time of the last use, as a count of leases.</summary>
    internal long LastUse { get; set; }

    /// <summary>The file, possibly still opening; null if it is closed.</summary>
    internal Task<IRandomAccessFile>? Opening { get; set; }
}
