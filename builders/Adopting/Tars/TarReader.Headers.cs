using Pile.Format;

namespace Pile.Adopting;

internal sealed partial class TarReader
{
    private long ReadPax(long offset, long data, long size, bool isGlobal)
    {
        ReadOnlySpan<byte> records = Extension(offset, data, size, "pax header");
        PaxRecords target = isGlobal ? global.Copy() : (local ?? global).Copy();
        if (target.Add(records) is { } fault)
            throw Invalid(offset, $"the pax header is invalid: {fault}");
        if (isGlobal)
            global = target;
        else
            local = target;
        return End(offset, data, size);
    }

    /// <summary>Returns the path of a member in <see cref="name"/>, which can be changed.</summary>
    private Span<byte> PathOf(TarHeader header, PaxRecords pax)
    {
        ReadOnlySpan<byte> only = longName ?? pax.Path, prefix = only.IsEmpty ? header.Prefix : [];
        if (only.IsEmpty)
            only = header.Name;
        int slash = prefix.IsEmpty ? 0 : 1, length = prefix.Length + slash + only.Length;
        if (length > name.Length)
            name = new byte[length];
        prefix.CopyTo(name);
        if (slash > 0)
            name[prefix.Length] = (byte)'/';
        only.CopyTo(name.AsSpan(prefix.Length + slash));
        return name.AsSpan(0, length);
    }

    private ReadOnlySpan<byte> Extension(long offset, long data, long size, string what)
    {
        if (size > MaxExtensionBytes)
            throw Invalid(offset, $"a {what} has {size} bytes; at most {MaxExtensionBytes} are supported");
        if (data + size > bytes)
            throw Truncated(offset, data + size);
        return window.Read(data, (int)size);
    }

    private long SkipSparseHeaders(long data)
    {
        while (true)
        {
            bool hasMore = HeaderAt(data, "a header of a sparse file").HasMoreAfterSparse;
            data += TarHeader.BlockBytes;
            if (!hasMore)
                return data;
        }
    }

    private TarHeader HeaderAt(long offset, string what) => bytes - offset >= TarHeader.BlockBytes
        ? new(window.Read(offset, TarHeader.BlockBytes))
        : throw new SourceUnreadableException(path,
            $"the archive is truncated: {what} begins at byte {offset}, but the file has {bytes} bytes", Remedy);

    /// <summary>Returns the offset after the padding of a content, which the last member of an archive may lack.</summary>
    private long End(long offset, long data, long size)
    {
        if (size > bytes - data)
            throw Truncated(offset, (long)Math.Min((ulong)data + (ulong)size, long.MaxValue));
        return Math.Min(data + size + (-size & (TarHeader.BlockBytes - 1)), bytes);
    }
}
