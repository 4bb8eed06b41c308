using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Pile.Fits;
using Pile.Format;
using Pile.Tables.Opening;

namespace Pile.Builders.Sources.Cube;

/// <summary>Opens FITS files that are compressed with gzip as a whole. cfitsio would unpack them in memory, with all HDUs.</summary>
internal static class LargeGzip
{
    private const long LargeBytes = 16 << 20;

    private static ReadOnlySpan<byte> Magic => [0x1F, 0x8B];

    /// <summary>Opens a file; a large one is unpacked to the folder for temporary files, in which it has no name while it is
    /// open.</summary>
    /// <exception cref="PileException">The file is not a FITS file, or cannot be unpacked.</exception>
    internal static FitsFile Open(string path)
    {
        if (SizeOf(path) is not { IsGzip: true, Bytes: >= LargeBytes })
            return FitsFile.OpenRead(path);
        string unpacked = TemporaryPath.InSystemFolder("cube");
        try
        {
            using (GzipContent stream = new(File.OpenRead(path)))
            using (FileStream target = new(unpacked, FileMode.CreateNew, FileAccess.Write))
                TemporaryCopy.Write(stream, target, path);
            return FitsFile.OpenRead(path, unpacked);
        }
        catch (InvalidDataException e)
        {
            throw new FitsException(path, null, $"it cannot be unpacked: the gzip data are {e.Message}. Get the file again, or omit it.",
                e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnreadableException(path, $"it cannot be unpacked to '{unpacked}' ({e.Message})",
                "Check the file, and set TMPDIR to a folder with enough space", e);
        }
        finally
        {
            File.Delete(unpacked);
        }
    }

    /// <summary>Returns the size of a file without its compression: that in the last bytes of a gzip file, which is modulo 4 GiB.</summary>
    /// <returns>0 for a file that cannot be read, which is reported when it is opened.</returns>
    internal static (long Bytes, bool IsGzip) SizeOf(string path)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            Span<byte> first = stackalloc byte[2], size = stackalloc byte[sizeof(uint)];
            long length = RandomAccess.GetLength(file); // FileInfo has that of a symbolic link
            return RandomAccess.Read(file, first, 0) < first.Length || !first.SequenceEqual(Magic) ? (length, false)
                : RandomAccess.Read(file, size, length - size.Length) < size.Length ? (length, true)
                : (Math.Max(length, BinaryPrimitives.ReadUInt32LittleEndian(size)), true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
