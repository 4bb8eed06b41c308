using System.Buffers;
using System.Globalization;
using Pile.Fits.Native;

namespace Pile.Fits;

/// <summary>A FITS file open for reading.</summary>
/// <remarks>Not thread-safe: cfitsio has one position per file. Several threads may each open the same file.</remarks>
internal sealed partial class FitsFile : IDisposable
{
    private const int FitsBlockBytes = 2880;

    private readonly FitsFileHandle handle;
    private readonly List<FitsHdu> hdus = [];
    private readonly List<byte[]> rented = [];
    private readonly string openedPath;
    private readonly long? lengthBytes;
    private FitsHeader? ofOtherTable;
    private int current = -1;

    private FitsFile(string path, string openedPath, FitsFileHandle handle,
        long? lengthBytes) => (Path, this.openedPath, this.handle, this.lengthBytes) = (path, openedPath, handle, lengthBytes);

    /// <summary>The given path.</summary>
    internal string Path { get; }

    /// <summary>The primary header; of a table of another format, its keywords.</summary>
    internal FitsHeader Primary => ofOtherTable ?? Hdu(0).Header;

    /// <summary>All HDUs, in order.</summary>
    internal IReadOnlyList<FitsHdu> Hdus => hdus;

    internal FitsFileHandle Handle => handle;

    /// <summary>Opens a file and reads the headers of all its HDUs. Sizes in a
    /// header are checked against the file before memory is allocated.</summary>
    /// <param name="path">A plain file, or a completely compressed one (gzip, bzip2, compress); <c>.fz</c> files contain compressed tiles.
    /// The name is literal: brackets, parentheses and :// have no special meaning.</param>
    /// <param name="unpackedPath">A copy that is not compressed, which is read in place of the file; it may be deleted afterwards.</param>
    /// <param name="keywords">The keywords of a table of another format, of which the copy was made; null for the primary header.</param>
    /// <exception cref="FitsException">The file is missing, is not a FITS file, or is truncated.</exception>
    internal static FitsFile OpenRead(string path, string? unpackedPath = null, IReadOnlyList<FitsCard>? keywords = null)
    {
        string fullPath = System.IO.Path.GetFullPath(unpackedPath ?? path); // cfitsio would expand a leading ~
        bool isPlain = CheckSignature(path, fullPath, out long lengthBytes);
        int status = 0;
        FitsNative.Open(out FitsFileHandle handle, fullPath, FitsNative.ReadOnlyMode, ref status);
        if (status != 0 || handle.IsInvalid)
            throw new FitsException(path, null, $"it cannot be opened: {FitsNative.Describe(status)}. Get the file again, or omit it.");
        FitsFileHandle.CountOpened();

        FitsFile file = new(path, fullPath, handle, isPlain ? lengthBytes : null)
        {
            ofOtherTable = keywords is null ? null : new(keywords, path),
        };
        try
        {
            file.ReadHeaders();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Returns an HDU by its position, 0 for the primary one.</summary>
    /// <exception cref="FitsException">The file has fewer HDUs.</exception>
    internal FitsHdu Hdu(int index) => (uint)index < (uint)hdus.Count
        ? hdus[index]
        : throw new FitsException(Path, null, $"there is no HDU {index}. {Contents()}");

    /// <summary>Returns the first HDU with a name, ignoring case.</summary>
    /// <exception cref="FitsException">There is no such HDU.</exception>
    internal FitsHdu Hdu(string name) => TryHdu(name, out FitsHdu? hdu)
        ? hdu
        : throw new FitsException(Path, null, $"there is no HDU '{name}'. {Contents()}");

    /// <summary>Finds the first HDU with a name, ignoring case; otherwise with a name and an EXTVER, as in <c>SCI,2</c>.</summary>
    internal bool TryHdu(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out FitsHdu? hdu)
    {
        hdu = hdus.Find(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        int comma = name.LastIndexOf(',');
        if (hdu is null && comma > 0 && long.TryParse(name.AsSpan(comma + 1).Trim(), NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture, out long version))
            hdu = hdus.Find(h => h.Version == version && name.AsSpan(0, comma).Trim().Equals(h.Name, StringComparison.OrdinalIgnoreCase));
        return hdu is not null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (handle.IsClosed)
            return;
        handle.Dispose();
        foreach (byte[] memory in rented)
            ArrayPool<byte>.Shared.Return(memory);
        rented.Clear();
    }

    /// <summary>Returns memory for the file's bytes, at least as large as wanted, until the file is closed. A survey has thousands of
    /// files, whose arrays would be collected one by one.</summary>
    internal byte[] Rent(int bytes)
    {
        RequireOpen();
        rented.Add(ArrayPool<byte>.Shared.Rent(bytes));
        return rented[^1];
    }

    /// <summary>Throws if the file is closed.</summary>
    internal void RequireOpen() => ObjectDisposedException.ThrowIf(handle.IsClosed, this);

    /// <summary>Lists the HDUs of the file, for messages.</summary>
    internal string Contents() =>
        $"The file contains {string.Join(", ", hdus.Take(20).Select(h => $"{h.Label} {h.Kind}"))}{(hdus.Count > 20 ? " …" : "")}.";

    /// <summary>Makes an HDU the current one for native calls.</summary>
    internal void MoveTo(FitsHdu hdu)
    {
        RequireOpen();
        if (current == hdu.Index)
            return;
        int status = 0;
        current = -1;
        if (hdu.IsCompressed)
        {
            // cfitsio 4 keeps that an image visited earlier was compressed without loss, and then reads the quantized integers of another
            // one as floats. Resetting this needs an HDU without tiles, such as the primary one, because it forgets their size, too.
            FitsNative.MoveToHdu(handle, 1, out _, ref status);
            FitsNative.UnsetCompression(handle, ref status);
        }
        FitsNative.MoveToHdu(handle, hdu.Index + 1, out _, ref status);
        Check(status, hdu, "its header cannot be read");
        current = hdu.Index;
    }

    /// <summary>Reads unconverted bytes of the (decompressed) file.</summary>
    internal unsafe void ReadBytes(FitsHdu hdu, long position, Span<byte> destination)
    {
        MoveTo(hdu);
        int status = 0;
        FitsNative.MoveToByte(handle, position, ignoreEndOfFile: 0, ref status);
        fixed (byte* bytes = destination)
            FitsNative.ReadBytes(handle, destination.Length, bytes, ref status);
        Check(status, hdu, $"bytes {position} to {position + destination.Length} cannot be read");
    }

    /// <summary>Throws if a status is an error.</summary>
    internal void Check(int status, FitsHdu hdu, string finding)
    {
        if (status == 0)
            return;
        string described = FitsNative.Describe(status);
        // The length of the data is known to be right, so that the padding of the last block is missing, without which cfitsio fails.
        throw Error(hdu, status is FitsNative.ReadError or FitsNative.EndOfFile && lengthBytes % FitsBlockBytes is > 0
            ? $"{finding}: the file is truncated, because its {lengthBytes} bytes are not a multiple of {FitsBlockBytes}. Get the file "
                + "again, or omit it."
            : $"{finding}: {described}");
    }

    internal FitsException Error(FitsHdu hdu, string finding) => new(Path, hdu.Label, finding);
}
