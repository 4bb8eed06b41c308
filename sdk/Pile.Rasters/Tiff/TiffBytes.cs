using Pile.Format;
using Pile.Storage;

namespace Pile.Rasters;

/// <summary>Reads parts of a TIFF header: one read at the start, and further reads only for what is stored elsewhere.</summary>
/// <param name="file">The file.</param>
/// <param name="location">Its name for messages.</param>
internal sealed class TiffBytes(IRandomAccessFile file, string location)
{
    private const int HeadBytes = 64 << 10, PartBytes = 16 << 10, PartsKept = 8;

    private readonly List<(long Offset, byte[] Bytes)> parts = [];

    /// <summary>The number of reads so far.</summary>
    internal int Reads { get; private set; }

    /// <summary>The file's name for messages.</summary>
    internal string Location => location;

    /// <summary>The file's length in bytes.</summary>
    internal long LengthBytes => file.LengthBytes;

    /// <summary>True if elements are stored with the least significant byte first.</summary>
    internal bool IsLittleEndian { get; set; } = true;

    /// <summary>Returns bytes of the file, which stay valid.</summary>
    /// <param name="offsetBytes">The offset, not trusted.</param>
    /// <param name="count">The number of bytes, not trusted.</param>
    /// <param name="what">The name of the content, for the message.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <exception cref="SourceUnreadableException">The range leaves the file.</exception>
    internal async ValueTask<ReadOnlyMemory<byte>> GetAsync(long offsetBytes, long count, string what, CancellationToken cancellationToken)
    {
        if (offsetBytes < 0 || count < 0 || offsetBytes > LengthBytes - count || count > Array.MaxLength)
            throw Corrupt($"{what} has {count} bytes at offset {offsetBytes}, but the file has {LengthBytes} bytes");
        foreach ((long offset, byte[] bytes) in parts)
            if (offsetBytes >= offset && offsetBytes + count <= offset + bytes.Length)
                return bytes.AsMemory((int)(offsetBytes - offset), (int)count);

        int least = parts.Count is 0 ? HeadBytes : PartBytes;
        byte[] part = new byte[(int)Math.Max(count, Math.Min(least, LengthBytes - offsetBytes))];
        await file.ReadAsync(offsetBytes, part, cancellationToken).ConfigureAwait(false);
        Reads++;
        if (parts.Count == PartsKept)
            parts.RemoveAt(1);
        parts.Add((offsetBytes, part));
        return part.AsMemory(0, (int)count);
    }

    /// <summary>Creates the error for a corrupt file.</summary>
    internal SourceUnreadableException Corrupt(string finding) => new(location, $"the TIFF file is corrupt: {finding}",
        "Fetch or write the file again; gdalinfo reports details");

    /// <summary>Creates the error for a valid file that the reader does not support.</summary>
    /// <param name="finding">What it does not support.</param>
    /// <param name="options">The options with which gdal_translate makes a file that is supported.</param>
    internal SourceUnreadableException Unsupported(string finding, string options = "-co COMPRESS=DEFLATE -co TILED=YES") =>
        new(location, $"{finding} is not supported", $"Convert the file with gdal_translate, for example with {options}");
}
