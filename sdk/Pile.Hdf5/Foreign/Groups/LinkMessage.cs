namespace Pile.Hdf5;

/// <summary>Reads a link that is stored as a message.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 3.0", IV.A.2.g (link).</remarks>
internal static class LinkMessage
{
    private const byte NameLengthBits = 3, HasCreationOrder = 4, HasLinkType = 8, HasCharacterSet = 16, Soft = 1, External = 64;
    private const string Structure = "link";

    /// <summary>Reads the link, and computes the hash of its name.</summary>
    /// <exception cref="Hdf5Exception">The link is corrupt.</exception>
    internal static ForeignLink Read(ForeignBytes file, ReadOnlySpan<byte> content, long address, string? item, out uint hash)
    {
        StructureReader reader = new(content, file, Structure, address, item);
        reader.Expect(1, "version");
        byte flags = reader.Byte(), kind = (flags & HasLinkType) is 0 ? (byte)0 : reader.Byte();
        _ = reader.Take((flags & HasCreationOrder) is 0 ? 0 : 8);
        if ((flags & HasCharacterSet) is not 0 && reader.Byte() is > 1 and var set)
            throw reader.Invalid($"the unknown character set {set}");
        ReadOnlySpan<byte> nameBytes = reader.Take(reader.Unsigned(1 << (flags & NameLengthBits)));
        string name = ForeignName.OfLink(nameBytes, in reader);
        hash = Lookup3.Compute(nameBytes);
        return kind switch
        {
            0 => new(name, ForeignLinkKind.Hard, reader.Address(file.AddressBytes)),
            Soft => new(name, ForeignLinkKind.Soft, FileBytes.Undefined, ReadTarget(name, ref reader)),
            External => ReadExternal(name, reader),
            > External => new(name, ForeignLinkKind.UserDefined, FileBytes.Undefined),
            _ => throw reader.Invalid($"'{name}' has the unknown type {kind}"),
        };
    }

    private static string ReadTarget(string name, ref StructureReader reader)
    {
        ReadOnlySpan<byte> target = reader.Take(reader.UInt16());
        return target.IsEmpty || target.Contains((byte)0)
            ? throw reader.Invalid($"the soft link '{name}' has an empty target or one with NUL") : ForeignName.Decode(target);
    }

    /// <summary>Reads the file and the path of an external link: a byte with the version, and two texts that end with NUL.</summary>
    private static ForeignLink ReadExternal(string name, StructureReader reader)
    {
        ReadOnlySpan<byte> value = reader.Take(reader.UInt16());
        int fileEnd = value.IsEmpty ? -1 : value[1..].IndexOf((byte)0);
        ReadOnlySpan<byte> path = fileEnd < 0 ? [] : value[(fileEnd + 2)..];
        int pathEnd = path.IndexOf((byte)0);
        return fileEnd >= 0 && pathEnd >= 0
            ? new(name, ForeignLinkKind.External, FileBytes.Undefined, ForeignName.Decode(path[..pathEnd]),
                ForeignName.Decode(value.Slice(1, fileEnd)))
            : throw reader.Invalid($"the external link '{name}' lacks the end of its file or path");
    }
}
