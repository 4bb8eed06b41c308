using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Pile.Format;
using Pile.Storage;

namespace Pile.Layers;

/// <summary>Finds the media type, the size of a picture, and the SHA-256 of a file from its content.</summary>
/// <param name="computesChecksums">True to read the complete file for its SHA-256.</param>
internal sealed class FileExamination(bool computesChecksums)
{
    private const int BlockBytes = 1 << 20;

    /// <summary>True if the SHA-256 of the content is wanted.</summary>
    internal bool ComputesChecksums => computesChecksums;

    /// <summary>The largest length of a pointer of Git LFS, by its specification.</summary>
    internal const int LfsPointerBytes = 1024;

    /// <summary>Reads a file.</summary>
    /// <param name="file">Receives what is found.</param>
    /// <param name="content">The content.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    internal async Task RunAsync(ScannedFile file, IRandomAccessFile content, CancellationToken cancellationToken)
    {
        byte[] head = new byte[Math.Min(PictureHeader.Bytes, content.LengthBytes)];
        await content.ReadAsync(0, head, cancellationToken).ConfigureAwait(false);
        byte[]? directory = null;
        MediaType type = head.Length == content.LengthBytes ? MediaType.Binary : MediaTypes.Of(head, isComplete: false);
        if (type == MediaType.Tiff
            && TiffHeader.DirectoryOffset(head) is var offset && offset > head.Length - TiffHeader.DirectoryBytes
            && offset < content.LengthBytes)
        {
            directory = new byte[Math.Min(TiffHeader.DirectoryBytes, content.LengthBytes - offset)];
            await content.ReadAsync(offset, directory, cancellationToken).ConfigureAwait(false);
        }
        Func<PictureSize?>? sizeOf = type == MediaType.Jpeg ? await SizeOfJpegAsync(head, content, cancellationToken).ConfigureAwait(false)
            : directory is not null ? () => TiffHeader.ReadDirectory(head, directory) : null;
        Examine(file, head, content.LengthBytes, sizeOf);
        if (ComputesChecksums && !file.IsLfsPointer)
            file.Sha256 = await HashAsync(content, head, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds the media type and the size of a picture.</summary>
    /// <param name="file">Receives what is found.</param>
    /// <param name="head">The first bytes of the file.</param>
    /// <param name="lengthBytes">The length of the file.</param>
    /// <param name="sizeOf">Returns the size of a picture that is not in its first bytes; null if it is.</param>
    internal static void Examine(ScannedFile file, ReadOnlySpan<byte> head, long lengthBytes, Func<PictureSize?>? sizeOf = null)
    {
        bool isComplete = head.Length == lengthBytes;
        string? named = NamedMediaTypes.Of(file.Path);
        (file.IsSniffed, file.Fault, file.Size) = (true, null, null);
        if (TryReadPointer(file, head, isComplete))
            return;
        MediaType type = MediaTypes.Of(head[..Math.Min(head.Length, MediaTypes.HeadBytes)], head.Length <= MediaTypes.HeadBytes);
        if (type is MediaType.Text or MediaType.Xml)
            type = MediaTypes.OfRoot(type, head); // behind comments and entities
        string found = Encoding.UTF8.GetString(MediaTypes.NameOf(type));
        bool mustBeFound = named is not null && IsPicture(named);
        file.MediaType = named is not null && !mustBeFound && IsPossible(named, type, head) ? named : found;
        if (mustBeFound && !IsPicture(found)) // a picture of another format than its name says is one, too
            file.Fault = type == MediaType.Empty ? "is empty" : $"is named {named}, but its content is {found}";
        try
        {
            file.Size = sizeOf is not null ? sizeOf() : PictureHeader.Read(type, head, isComplete);
            if (type == MediaType.Jpeg && file.Size is null)
                file.Fault ??= "is a JPEG whose frame header was not found";
        }
        catch (HeaderFaultException e)
        {
            file.Fault = e.Message;
        }
    }

    private static bool IsPicture(string type) => type.StartsWith("image/", StringComparison.Ordinal) || type == "application/fits";

    // The first bytes do not show which kind of text it is, nor all variants of some binary types: then the name tells it.
    private static bool IsPossible(string named, MediaType type, ReadOnlySpan<byte> head) => type switch
    {
        MediaType.Text => NamedMediaTypes.IsText(named),
        MediaType.Binary => named switch
        {
            "video/mp4" or "video/quicktime" => head.Length >= 8 && head[4..8].SequenceEqual("ftyp"u8), // of another brand
            "application/x-hdf5" => HasUserBlock(head),
            _ => NamedMediaTypes.IsText(named) && MediaTypes.MayBeText(head), // in another encoding than UTF-8
        },
        _ => false,
    };

    // The signature of HDF5 is at byte 0, 512, 1024, 2048 and so on; the first two are recognised by content.
    private static bool HasUserBlock(ReadOnlySpan<byte> head)
    {
        for (int at = 1024; at < head.Length; at *= 2)
            if (head[at..].StartsWith((ReadOnlySpan<byte>)[0x89, .. "HDF\r\n\u001A\n"u8]))
                return true;
        return false;
    }

    /// <summary>Returns how many bytes of the beginning of a file its size needs, at most those of the file.</summary>
    internal static long NeededBytes(ReadOnlySpan<byte> head, long lengthBytes)
    {
        try
        {
            return MediaTypes.Of(head[..Math.Min(head.Length, MediaTypes.HeadBytes)], head.Length <= MediaTypes.HeadBytes) is MediaType.Jpeg
                && JpegHeader.Scan(head, 0, out long next) is null ? Math.Min(next + JpegHeader.PartBytes, lengthBytes) : head.Length;
        }
        catch (HeaderFaultException)
        {
            return head.Length; // reported by Examine
        }
    }

    // Skips segments that are longer than what was read: a profile of colours may have hundreds of KiB before the frame header.
    private static async Task<Func<PictureSize?>> SizeOfJpegAsync(byte[] head, IRandomAccessFile content,
        CancellationToken cancellationToken)
    {
        try
        {
            PictureSize? size = JpegHeader.Scan(head, 0, out long next);
            byte[] part = new byte[JpegHeader.PartBytes];
            for (int i = 0; size is null && i < JpegHeader.MostParts; i++)
            {
                int bytes = (int)Math.Min(part.Length, content.LengthBytes - next);
                if (bytes < 10)
                    throw JpegHeader.EndsEarly();
                await content.ReadAsync(next, part.AsMemory(0, bytes), cancellationToken).ConfigureAwait(false);
                size = JpegHeader.Scan(part.AsSpan(0, bytes), next, out next);
            }
            return () => size;
        }
        catch (HeaderFaultException e)
        {
            string fault = e.Message;
            return () => throw new HeaderFaultException(fault);
        }
    }

    /// <summary>Recognises a pointer of Git LFS: the size and the SHA-256 are then those of the file that it stands for.</summary>
    internal static bool TryReadPointer(ScannedFile file, ReadOnlySpan<byte> content, bool isComplete)
    {
        if (!isComplete || content.Length >= LfsPointerBytes || !content.StartsWith("version https://git-lfs.github.com/spec/v1\n"u8))
            return false;
        string? sha256 = null;
        long size = -1;
        foreach (Range range in content.Split((byte)'\n'))
            if (content[range] is var line && line.StartsWith("oid sha256:"u8))
                sha256 = Encoding.ASCII.GetString(line[11..]);
            else if (line.StartsWith("size "u8) && Utf8Parser.TryParse(line[5..], out long bytes, out int used) && used == line.Length - 5)
                size = bytes;
        if (size < 0 || sha256 is null || !LayerPaths.IsSha256(sha256))
            return false;
        (file.IsLfsPointer, file.Sha256, file.SizeBytes, file.MediaType) = (true, sha256, size, NamedMediaTypes.Of(file.Path));
        return true;
    }

    private static async Task<string> HashAsync(IRandomAccessFile content, byte[] head, CancellationToken cancellationToken)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(head);
        byte[] block = new byte[Math.Min(BlockBytes, content.LengthBytes - head.Length)];
        for (long offset = head.Length; offset < content.LengthBytes; offset += block.Length)
        {
            Memory<byte> part = block.AsMemory(0, (int)Math.Min(block.Length, content.LengthBytes - offset));
            await content.ReadAsync(offset, part, cancellationToken).ConfigureAwait(false);
            hash.AppendData(part.Span);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
