using System.Text;
using Pile.Fits.Native;

namespace Pile.Fits;

/// <content>Reads the headers of all HDUs, and checks the sizes that they declare.</content>
internal sealed partial class FitsFile
{
    /// <summary>Checks the first bytes: returns true for plain FITS and
    /// false for a supported compression, and rejects other files.</summary>
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
            throw new FitsException(path, null, $"it cannot be read: {e.Message}", e);
        }
        return first switch
        {
            [] => throw new FitsException(path, null,
                "it is empty: expected at least one header of 2880 bytes. Get the file again, or omit it."),
            _ when first.StartsWith("SIMPLE  ="u8) => true,
            [0x1F, 0x8B, ..] or [0x1F, 0x9D, ..] or [(byte)'B', (byte)'Z', (byte)'h', ..] => false,
            _ => throw new FitsException(path, null,
                "it is not a FITS file: expected 'SIMPLE  =' at its beginning, found "
                    + $"'{Encoding.Latin1.GetString(first).Replace('\0', '.')}'. Omit it."),
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
                        $"its header cannot be read: {FitsNative.Describe(status)}. The file is truncated or corrupt: get it again, or "
                            + "omit it.");
                FitsNative.Describe(status); // end of file, or the special records of FITS 4.0 §3.5: clears the messages
                return;
            }
            FitsNative.HduAddresses(handle, out _, out long dataStart, out long dataEnd, ref status);
            int isCompressedStatus = 0;
            bool isCompressed = FitsNative.IsCompressedImage(handle, ref isCompressedStatus) != 0;
            FitsHeader stored = ReadHeader(index);
            CheckLength(stored, dataStart);
            if (isCompressed)
            {
                CheckTiles(stored);
                RequireScales(stored);
            }
            FitsHeader header = isCompressed ? ReadImageHeader(index, stored) : stored;
            hdus.Add(new FitsHdu(this, index, index == 0 ? header : InheritedHeader.Of(header, hdus[0].Header), isCompressed, dataStart));
            end = dataEnd;
        }
    }

    // FITS 4.0 §10.1.3: columns, or keywords for all tiles. cfitsio then returns the quantized integers of GZIP as floats.
    private static void RequireScales(FitsHeader stored)
    {
        foreach (string name in (string[])["ZSCALE", "ZZERO"])
            if (stored.Contains(name) && stored.GetInt64("ZBITPIX") < 0
                && stored.GetText("ZCMPTYPE")?.StartsWith("GZIP", StringComparison.Ordinal) == true
                && !stored.Cards.Any(c => c.Keyword.StartsWith("TTYPE", StringComparison.Ordinal) && c.Value?.Trim() == name))
                throw new FitsException(stored.Path, stored.Hdu, $"{name} is a keyword, and not a column, of an image of compressed "
                    + "floats, which is not supported. Write the image again with fpack or astropy");
    }

    private FitsHeader ReadImageHeader(int index, FitsHeader stored) =>
        TryReadHeader(index, asImage: true, out int status) ?? Reconstruct(stored, status);

    /// <summary>Returns the header of a compressed image that cfitsio cannot reconstruct.</summary>
    private FitsHeader Reconstruct(FitsHeader stored, int status)
    {
        FitsNative.Describe(status); // clears the messages
        return new FitsHeader(CompressedHeader.ImageText(stored), Path, stored.Hdu);
    }

    private FitsHeader ReadHeader(int index) =>
        TryReadHeader(index, asImage: false, out int status)
            ?? throw new FitsException(Path, $"{index}", $"its header cannot be read: {FitsNative.Describe(status)}");

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

    /// <summary>Rejects an HDU whose header declares more data than the file has.
    /// Padding after the last data may be missing, as in some real files.</summary>
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
                $"the file is truncated: its header declares data up to byte {needed}, found {found}. Get the file again, or omit it.");
        }
    }

    /// <summary>Rejects a compressed image whose tiles do not cover it, so that its declared size cannot be trusted.</summary>
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
                $"the compressed image requires {tiles} tiles, but its table has {header.GetInt64("NAXIS2")} rows. The file is corrupt: "
                    + "get it again, or omit it.");
    }

    /// <summary>Returns the bytes of data that a header declares: |BITPIX|/8
    /// · GCOUNT · (PCOUNT + NAXIS1·NAXIS2·…), FITS 4.0 eq. 2.</summary>
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

    /// <summary>Determines the length of a compressed file to a block of 2880 bytes, which cfitsio does not report.</summary>
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

    /// <summary>Returns whether another HDU begins at a position. cfitsio reads complete blocks of 2880 bytes only, so the beginning of a
    /// truncated header is read from the file itself.</summary>
    private unsafe bool IsExtensionAt(long position)
    {
        Span<byte> first = stackalloc byte[8];
        if (lengthBytes is not null)
        {
            using FileStream stream = new(openedPath, FileMode.Open, FileAccess.Read,
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
