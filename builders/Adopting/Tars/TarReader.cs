using System.Text;
using Pile.Builders;
using Pile.Format;
using Pile.Storage;

namespace Pile.Adopting;

/// <summary>Lists the members of a tar archive from its headers: v7, ustar, pax, and GNU tar with long names and large numbers.</summary>
/// <remarks>The sizes in headers are not trusted: a member that exceeds the file, and a header without its checksum, are errors. Memory is
/// bounded by the paths of the members.</remarks>
internal sealed partial class TarReader
{
    /// <summary>The largest content of a pax header or long name, as in libarchive.</summary>
    private const int MaxExtensionBytes = 1 << 20;

    /// <summary>The largest number of bytes of all paths.</summary>
    private const int MaxPathBytes = 1 << 30;

    private const string Remedy = "Get or make the archive again";
    private const string Sparse = "it is a sparse file, whose content is not stored as one piece";

    private readonly string path;
    private readonly long bytes;
    private readonly TarWindow window;
    private readonly ArchiveContext context;
    private readonly TarMembers members = new();
    private PaxRecords global = new();
    private PaxRecords? local;
    private byte[]? longName;
    private byte[] name = new byte[512];
    private bool readsMediaTypes;

    private TarReader(string path, IRandomAccessFile file, StoreTraits traits, ArchiveContext context)
    {
        (this.path, bytes, this.context) = (path, file.LengthBytes, context);
        window = new(file, traits);
    }

    /// <summary>Lists the members of an archive.</summary>
    /// <param name="path">The archive, for messages.</param>
    /// <param name="file">The archive.</param>
    /// <param name="traits">The cost of reading it.</param>
    /// <param name="context">Receives members that are skipped, and findings.</param>
    /// <param name="cancellationToken">Cancels the listing between two members.</param>
    /// <param name="readsMediaTypes">True to determine the media types by the first bytes of the contents.</param>
    /// <returns>The members, and the number of bytes that were read.</returns>
    /// <exception cref="SourceUnreadableException">The file is no tar archive, is compressed, truncated or corrupt, or is a part of an
    /// archive of several volumes.</exception>
    internal static (TarMembers Members, long BytesRead) Read(string path, IRandomAccessFile file, StoreTraits traits,
        ArchiveContext context, CancellationToken cancellationToken, bool readsMediaTypes = false)
    {
        TarReader reader = new(path, file, traits, context) { readsMediaTypes = readsMediaTypes };
        reader.RequireTar();
        reader.ReadMembers(cancellationToken);
        return (reader.members, reader.window.BytesRead);
    }

    private void RequireTar()
    {
        if (bytes == 0)
            throw Invalid(0, "the file is empty");
        ReadOnlySpan<byte> head = window.Read(0, (int)Math.Min(bytes, MediaTypes.HeadBytes));
        MediaType type = MediaTypes.Of(head, bytes == head.Length);
        if (type is MediaType.Gzip or MediaType.Zstandard or MediaType.Bzip2 or MediaType.Xz or MediaType.Lz4)
            throw new SourceUnreadableException(path,
                $"the archive is compressed ({Encoding.UTF8.GetString(MediaTypes.NameOf(type))}), so that its members cannot be read on "
                    + "their own", "Decompress it first");
        if (bytes < TarHeader.BlockBytes)
            throw Invalid(0, $"the file has {bytes} bytes, fewer than the header of a tar archive");
        TarHeader header = new(head);
        if (!header.IsZero && !header.HasValidChecksum())
            throw new SourceUnreadableException(path, "the file is not a tar archive: its first header does not have the checksum that it "
                + "states", "Adopt tar archives, or the folder with the file");
    }

    private void ReadMembers(CancellationToken cancellationToken)
    {
        for (long offset = 0; ;)
        {
            if (members.Count % 1024 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (offset == bytes)
            {
                RequireNothingPending(offset);
                context.OnFinding($"{path}: the archive has no end marker at byte {offset}; it may be truncated behind a member.");
                return;
            }
            TarHeader header = HeaderAt(offset, "a header");
            if (header.IsZero)
            {
                RequireNothingPending(offset);
                ReportRest(offset);
                return;
            }
            if (!header.HasValidChecksum())
                throw Invalid(offset, "the header does not have the checksum that it states");
            offset = ReadMember(header, offset);
        }
    }

    /// <summary>Reads a member, and returns the offset of the next header.</summary>
    private long ReadMember(TarHeader header, long offset)
    {
        byte type = header.Type;
        if (!header.TrySize(out long size))
            throw Invalid(offset, "the size in the header is not a number from 0 to 9223372036854775807");
        if (!header.TryModified(out long seconds))
            throw Invalid(offset, "the time in the header is not a number");
        long data = offset + TarHeader.BlockBytes;
        switch (type)
        {
            case (byte)'x' or (byte)'X' or (byte)'g': // X: Solaris
                return ReadPax(offset, data, size, isGlobal: type == (byte)'g');
            case (byte)'L':
                longName ??= TrimNul(Extension(offset, data, size, "long name")).ToArray();
                return End(offset, data, size);
            case (byte)'K' or (byte)'V': // the target of a link; a label
                return End(offset, data, size);
            case (byte)'M':
                throw new SourceUnreadableException(path, $"byte {offset} continues a member of another volume of a multi-volume archive",
                    "Join the volumes first: extract them with GNU tar, and make one archive");
        }

        PaxRecords pax = local ?? global;
        Span<byte> whole = PathOf(header, pax);
        bool isFolder = type == (byte)'5' || (type is 0 or (byte)'0' && whole is [.., (byte)'/']); // v7 has no type for folders
        ReadOnlySpan<byte> member = TarPath.Normalize(whole, out string? fault);
        // A folder has no content. GNU tar and tarfile of Python ignore the sizes of links and devices, too.
        if (!(isFolder || type is >= (byte)'1' and <= (byte)'6'))
            size = pax.Size ?? size;
        else
            size = 0;
        string? reason = type switch
        {
            _ when isFolder => null,
            (byte)'1' => "it is a hard link to another member",
            (byte)'2' => "it is a symbolic link",
            (byte)'3' or (byte)'4' or (byte)'6' => "it is a device or a pipe",
            (byte)'S' => Sparse,
            (byte)'D' => "it is a list of the files of a folder, of an incremental archive",
            0 or (byte)'0' or (byte)'7' => pax.IsSparse ? Sparse : fault,
            _ => $"its type {(type is > 32 and < 127 ? $"'{(char)type}'" : $"{type}")} is unknown",
        };
        string? shown = reason is null ? null : Encoding.UTF8.GetString(fault is null ? member : PathOf(header, pax));
        long modified = pax.ModifiedMicros ?? MicrosOf(seconds);
        bool isLongSparse = type == (byte)'S' && header.HasMoreSparse;
        // From here on, the header is invalid: the window may read other bytes.
        if (isLongSparse)
            data = SkipSparseHeaders(data);
        long end = End(offset, data, size);
        (local, longName) = (null, null);
        if (reason is not null)
            Skip(shown!, offset, reason);
        else if (!isFolder)
            Add(member, offset, data, size, modified);
        return end;
    }

    private void Add(ReadOnlySpan<byte> member, long offset, long data, long size, long modified)
    {
        MediaType type = MediaType.Unknown;
        if (readsMediaTypes)
        {
            int head = (int)Math.Min(size, MediaTypes.HeadBytes);
            type = MediaTypes.Of(head == 0 ? [] : window.Read(data, head), head == size);
        }
        if (members.Add(member, data, size, modified, type) is { } earlier)
            Skip(Encoding.UTF8.GetString(member), earlier.Offset - TarHeader.BlockBytes,
                $"a later member, whose header is at byte {offset}, has the same path and replaces it, as if the archive were extracted");
        if (members.Paths.Bytes > MaxPathBytes)
            throw Invalid(offset, $"the paths of the members have more than {MaxPathBytes} bytes");
    }

    private void RequireNothingPending(long offset)
    {
        if (local is not null || longName is not null)
            throw Invalid(offset, "the archive ends between an extended header and its member");
    }

    /// <summary>Reports bytes behind the end marker, which are not padding: archives that were joined as files.</summary>
    private void ReportRest(long offset)
    {
        int count = (int)Math.Min(bytes - offset, 1 << 16);
        if (window.Read(offset, count).ContainsAnyExcept((byte)0))
            context.OnFinding($"{path}: the archive ends at byte {offset}, but the file has {bytes} bytes. Members behind the end "
                + "marker are not in the dataset; adopt joined archives as separate files.");
    }

    private void Skip(string member, long offset, string reason) =>
        context.OnSkip(new SkippedRow($"{path}/{member}", null, $"{reason} (header at byte {offset})"));

    private SourceUnreadableException Truncated(long offset, long end) => new(path,
        $"the archive is truncated: the content of the member at byte {offset} ends at byte {end}, but the file has {bytes} bytes", Remedy);

    private SourceUnreadableException Invalid(long offset, string finding) => new(path, $"byte {offset}: {finding}", Remedy);

    private static long MicrosOf(long seconds) => Math.Clamp(seconds, -9_000_000_000_000, 9_000_000_000_000) * 1_000_000;

    private static ReadOnlySpan<byte> TrimNul(ReadOnlySpan<byte> text) => text.IndexOf((byte)0) is >= 0 and var end ? text[..end] : text;
}
