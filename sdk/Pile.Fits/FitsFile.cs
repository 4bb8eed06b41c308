using System.Text;
using Pile.Fits.Native;

namespace Pile.Fits;

/// <summary>A FITS file open for reading.</summary>
/// <remarks>cfitsio keeps one position per file: one thread at a time. Open the file once per thread instead; that is safe.</remarks>
internal sealed class FitsFile : IDisposable
{
    private readonly FitsFileHandle handle;
    private readonly List<FitsHdu> hdus = [];
    private readonly long? lengthBytes;
    private int current = -1;

    private FitsFile(string path, FitsFileHandle handle,
        long? lengthBytes) => (Path, this.handle, this.lengthBytes) = (path, handle, lengthBytes);

    /// <summary>The path as it was given.</summary>
    internal string Path { get; }

    /// <summary>All HDUs, in order.</summary>
    internal IReadOnlyList<FitsHdu> Hdus => hdus;

    internal FitsFileHandle Handle => handle;

    /// <summary>Opens a file and reads the headers of all its HDUs. Nothing is allocated by what a header says before the file is known to
    /// hold it.</summary>
    /// <param name="path">A plain file, or one compressed whole (gzip, bzip2, compress); <c>.fz</c> files hold compressed tiles. The name
    /// is literal: brackets, parentheses and :// mean nothing.</param>
    /// <exception cref="FitsException">The file is missing, is no FITS file, or is cut short.</exception>
    internal static FitsFile OpenRead(string path)
    {
        string fullPath = System.IO.Path.GetFullPath(path); // cfitsio would expand a leading ~
        bool isPlain = CheckSignature(path, fullPath, out long lengthBytes);
        int status = 0;
        FitsNative.Open(out FitsFileHandle handle, fullPath, FitsNative.ReadOnlyMode, ref status);
        if (status != 0 || handle.IsInvalid)
            throw new FitsException(path, null, $"it does not open: {FitsNative.Describe(status)}. Fetch it again, or leave it out.");
        FitsFileHandle.CountOpened();

        FitsFile file = new(path, handle, isPlain ? lengthBytes : null);
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
    /// <exception cref="FitsException">The file has fewer.</exception>
    internal FitsHdu Hdu(int index) => (uint)index < (uint)hdus.Count
        ? hdus[index]
        : throw new FitsException(Path, null, $"there is no HDU {index}. {Contents()}");

    /// <summary>Returns the first HDU of a name, ignoring case.</summary>
    /// <exception cref="FitsException">There is none.</exception>
    internal FitsHdu Hdu(string name) => TryHdu(name, out FitsHdu? hdu)
        ? hdu
        : throw new FitsException(Path, null, $"there is no HDU '{name}'. {Contents()}");

    /// <summary>Finds the first HDU of a name, ignoring case.</summary>
    internal bool TryHdu(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out FitsHdu? hdu)
    {
        hdu = hdus.Find(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return hdu is not null;
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    /// <summary>What the file holds, for messages.</summary>
    internal string Contents() =>
        $"The file holds {string.Join(", ", hdus.Take(20).Select(h => $"{h.Label} {h.Kind}"))}{(hdus.Count > 20 ? " …" : "")}.";

    /// <summary>Makes an HDU the one that native calls mean.</summary>
    internal void MoveTo(FitsHdu hdu)
    {
        ObjectDisposedException.ThrowIf(handle.IsClosed, this);
        if (current == hdu.Index)
            return;
        int status = 0;
        FitsNative.MoveToHdu(handle, hdu.Index + 1, out _, ref status);
        Check(status, hdu, "its header does not read");
        current = hdu.Index;
    }

    /// <summary>Reads bytes of the (decompressed) file as they stand.</summary>
    internal unsafe void ReadBytes(FitsHdu hdu, long position, Span<byte> destination)
    {
        MoveTo(hdu);
        int status = 0;
        FitsNative.MoveToByte(handle, position, ignoreEndOfFile: 0, ref status);
        fixed (byte* bytes = destination)
            FitsNative.ReadBytes(handle, destination.Length, bytes, ref status);
        Check(status, hdu, $"bytes {position} to {position + destination.Length} do not read");
    }

    /// <summary>Turns a status into an exception.</summary>
    internal void Check(int status, FitsHdu hdu, string finding)
    {
        if (status != 0)
            throw Error(hdu, $"{finding}: {FitsNative.Describe(status)}");
    }

    internal FitsException Error(FitsHdu hdu, string finding) => new(Path, hdu.Label, finding);

    /// <summary>Looks at the first bytes: returns whether the file is plain FITS, refuses what is neither that nor a compression that
    /// cfitsio undoes.</summary>
    private static bool CheckSignature(string path, string fullPath, out long lengthBytes)
    {
        Span<byte> first = stackalloc byte[9];
        try
        {
            using FileStream stream = new(fullPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            lengthBytes = stream.Length;
            first = first[..stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FitsException(path, null, $"it can't be read: {e.Message}", e);
        }
        return first switch
        {
            [] => throw new FitsException(path, null,
                "it is empty: expected at least one header of 2880 bytes. Fetch it again, or leave it out."),
            _ when first.StartsWith("SIMPLE  ="u8) => true,
            [0x1F, 0x8B, ..] or [0x1F, 0x9D, ..] or [(byte)'B', (byte)'Z', (byte)'h', ..] => false,
            _ => throw new FitsException(path, null,
                $"it is no FITS file: expected 'SIMPLE  =' first, found '{Encoding.Latin1.GetString(first).Replace('\0', '.')}'. Leave it "
                    + "out."),
        };
    }

    private void ReadHeaders()
    {
        long end = 0;
        for (int index = 0; ; index++)
        {
            int status = 0;
            FitsNative.MoveToHdu(handle, index + 1, out _, ref status);
            if (status != 0)
            {
                if (index == 0 || IsExtensionAt(end))
                    throw new FitsException(Path, $"{index}",
                        $"its header does not read: {FitsNative.Describe(status)}. The file is cut short or broken: fetch it again, or "
                            + "leave it out.");
                FitsNative.Describe(status); // nothing more, or bytes that FITS 4.0 §3.5 lets follow: take the messages off the stack
                return;
            }
            current = index;
            FitsNative.HduAddresses(handle, out _, out long dataStart, out long dataEnd, ref status);
            int isCompressedStatus = 0;
            bool isCompressed = FitsNative.IsCompressedImage(handle, ref isCompressedStatus) != 0;
            FitsHeader stored = ReadHeader(index);
            CheckLength(stored, dataStart);
            if (isCompressed)
                CheckTiles(stored);
            FitsHeader header = isCompressed ? ReadImageHeader(index, stored) : stored;
            hdus.Add(new FitsHdu(this, index, index == 0 ? header : InheritedHeader.Of(header, hdus[0].Header), isCompressed, dataStart));
            end = dataEnd;
        }
    }

    private FitsHeader ReadImageHeader(int index, FitsHeader stored) =>
        TryReadHeader(index, asImage: true, out int status) ?? Turned(stored, status);

    /// <summary>The header of a compressed image that cfitsio cannot turn round.</summary>
    private FitsHeader Turned(FitsHeader stored, int status)
    {
        FitsNative.Describe(status); // takes its messages off the stack
        return new FitsHeader(CompressedHeader.ImageText(stored), Path, stored.Hdu);
    }

    private FitsHeader ReadHeader(int index) =>
        TryReadHeader(index, asImage: false, out int status)
            ?? throw new FitsException(Path, $"{index}", $"its header does not read: {FitsNative.Describe(status)}");

    private unsafe FitsHeader? TryReadHeader(int index, bool asImage, out int status)
    {
        status = 0;
        byte* text = null;
        try
        {
            int count;
            if (asImage)
                FitsNative.ImageHeaderText(handle, 0, 0, 0, out text, out count, ref status);
            else
                FitsNative.HeaderText(handle, 0, 0, 0, out text, out count, ref status);
            if (status != 0)
                return null;
            return new FitsHeader(Encoding.Latin1.GetString(text, count * FitsCard.Bytes), Path, $"{index}");
        }
        finally
        {
            int freeStatus = 0;
            if (text is not null)
                FitsNative.Free(text, ref freeStatus);
        }
    }

    /// <summary>Refuses an HDU whose header declares more than the file holds. Padding after the last data may be missing: real files lack
    /// it.</summary>
    private void CheckLength(FitsHeader header, long dataStart)
    {
        long declared = DeclaredBytes(header);
        if (declared == 0)
            return;
        long needed = dataStart + declared;
        if (lengthBytes is { } length ? needed > length : !CanMoveTo(needed - 1))
        {
            string found = lengthBytes is { } bytes ? $"{bytes} bytes" : $"{FindLength(needed)} bytes after decompression";
            throw new FitsException(Path, $"{header.Hdu} ({header.GetText("EXTNAME")})",
                $"the file is truncated: its header declares data up to byte {needed}, found {found}. Fetch it again, or leave it out.");
        }
    }

    /// <summary>Refuses a compressed image whose tiles do not cover it: its size is then a claim that nothing backs.</summary>
    private static void CheckTiles(FitsHeader header)
    {
        double tiles = 1;
        for (int i = 1; i <= (header.GetInt64("ZNAXIS") ?? 0); i++)
        {
            long length = header.GetInt64($"ZNAXIS{i}") ?? 0;
            long tile = header.GetInt64($"ZTILE{i}") ?? (i == 1 ? length : 1);
            tiles *= Math.Ceiling((double)length / Math.Max(1, tile));
        }
        if (tiles != (header.GetInt64("NAXIS2") ?? 0))
            throw new FitsException(header.Path, header.Hdu,
                $"the compressed image needs {tiles} tiles, its table has {header.GetInt64("NAXIS2")} rows. The file is broken: fetch it "
                    + "again, or leave it out.");
    }

    /// <summary>Bytes of data by the header: |BITPIX|/8 · GCOUNT · (PCOUNT + NAXIS1·NAXIS2·…), FITS 4.0 eq. 2.</summary>
    private static long DeclaredBytes(FitsHeader header)
    {
        try
        {
            checked
            {
                long elements = 1;
                long axisCount = header.GetInt64("NAXIS") ?? 0;
                bool isGroups = header.Find("GROUPS") is { Value: "T" } && header.GetInt64("NAXIS1") == 0;
                for (int i = isGroups ? 2 : 1; i <= axisCount; i++)
                    elements *= header.GetInt64($"NAXIS{i}") ?? 0;
                long bytes = Math.Abs(header.GetInt64("BITPIX") ?? 8) / 8;
                return axisCount == 0 ? 0 : bytes * (header.GetInt64("GCOUNT") ?? 1) * ((header.GetInt64("PCOUNT") ?? 0) + elements);
            }
        }
        catch (OverflowException e)
        {
            throw new FitsException(header.Path, header.Hdu, "its header declares more than 2^63 bytes of data.", e);
        }
    }

    private bool CanMoveTo(long position)
    {
        int status = 0;
        FitsNative.MoveToByte(handle, position, ignoreEndOfFile: 0, ref status);
        if (status != 0)
            FitsNative.Describe(status);
        return status == 0;
    }

    /// <summary>Finds how much of a compressed file there is, to a block of 2880 bytes: cfitsio does not tell.</summary>
    private long FindLength(long tooFar)
    {
        long reachable = 0;
        while (tooFar - reachable > 1)
        {
            long middle = reachable + ((tooFar - reachable) / 2);
            (reachable, tooFar) = CanMoveTo(middle) ? (middle, tooFar) : (reachable, middle);
        }
        return reachable + 1;
    }

    /// <summary>Whether another HDU begins here. cfitsio reads blocks of 2880 bytes or nothing, so the beginning of a cut header is looked
    /// for in the file itself.</summary>
    private unsafe bool IsExtensionAt(long position)
    {
        Span<byte> first = stackalloc byte[8];
        if (lengthBytes is not null)
        {
            using FileStream stream = new(System.IO.Path.GetFullPath(Path), FileMode.Open, FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            stream.Position = position;
            return stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) is var read and > 0
                && "XTENSION"u8.StartsWith(first[..read]);
        }
        int status = 0;
        FitsNative.MoveToByte(handle, position, ignoreEndOfFile: 0, ref status);
        fixed (byte* bytes = first)
            FitsNative.ReadBytes(handle, first.Length, bytes, ref status);
        if (status != 0)
            FitsNative.Describe(status);
        return status == 0 && first.SequenceEqual("XTENSION"u8);
    }
}
