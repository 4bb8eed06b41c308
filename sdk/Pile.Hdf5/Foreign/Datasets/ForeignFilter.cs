namespace Pile.Hdf5;

/// <summary>A filter of the chunks of a dataset.</summary>
/// <param name="Id">Its registered number.</param>
/// <param name="StoredName">The name that the writer stored; may be empty.</param>
/// <param name="Values">Its parameters.</param>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", IV.A.2.l (filter pipeline, versions 1 and 2); names: the register of
/// filters of the HDF Group.</remarks>
internal sealed record ForeignFilter(int Id, string StoredName, uint[] Values)
{
    internal const int Deflate = 1, Shuffle = 2, Fletcher32 = 3, Lzf = 32000;
    private const int MaxFilters = 32, FirstRegistered = 256;
    private const string Structure = "filter pipeline";

    /// <summary>True if Pile decodes it.</summary>
    internal bool IsSupported => Id is Deflate or Shuffle or Fletcher32 or Lzf;

    /// <summary>True if the size of its output depends on the values.</summary>
    internal bool IsCompression => Id is not (Shuffle or Fletcher32);

    /// <summary>The common name.</summary>
    internal string Name => Id switch
    {
        Deflate => "deflate",
        Shuffle => "shuffle",
        Fletcher32 => "fletcher32",
        4 => "szip",
        5 => "nbit",
        6 => "scaleoffset",
        Lzf => "lzf",
        305 => "lzo",
        307 => "bzip2",
        32001 => "blosc",
        32004 => "lz4",
        32008 => "bitshuffle",
        32013 => "zfp",
        32015 => "zstd",
        32026 => "blosc2",
        _ => StoredName.Length > 0 ? $"{Id} ('{StoredName}')" : $"{Id}",
    };

    /// <summary>Reads the filters in the order in which they were applied.</summary>
    /// <exception cref="Hdf5Exception">The message is corrupt.</exception>
    internal static ForeignFilter[] ReadAll(ForeignBytes file, ObjectMessages messages, string? item)
    {
        if (!messages.TryFind(MessageType.FilterPipeline, out ObjectMessages.Message message))
            return [];
        StructureReader reader = new(message.Content.Span, file, Structure, message.Address, item);
        (byte version, int count) = (reader.Byte(), reader.Byte());
        if (version is not (1 or 2))
            throw reader.Unsupported($"version {version}");
        if (count > MaxFilters)
            throw reader.Invalid($"{count} filters, expected at most {MaxFilters}");
        _ = reader.Take(version is 1 ? 6 : 0);
        ForeignFilter[] filters = new ForeignFilter[count];
        for (int i = 0; i < count; i++)
        {
            int id = reader.UInt16(), nameBytes = version is 1 || id >= FirstRegistered ? reader.UInt16() : 0;
            _ = reader.Take(2); // whether a chunk may be stored without the filter
            int values = reader.UInt16();
            ReadOnlySpan<byte> name = reader.Take(version is 1 ? (nameBytes + 7) / 8 * 8 : nameBytes);
            uint[] parameters = values <= reader.Remaining / 4 ? new uint[values]
                : throw reader.Invalid($"filter {id} declares {values} parameters in {reader.Remaining} bytes");
            for (int value = 0; value < values; value++)
                parameters[value] = reader.UInt32();
            _ = reader.Take(version is 1 && values % 2 is 1 ? 4 : 0);
            int end = name.IndexOf((byte)0);
            filters[i] = new(id, ForeignName.Decode(end >= 0 ? name[..end] : name), parameters);
        }
        return filters;
    }
}
