namespace Pile.Hdf5;

/// <summary>The types of object header messages. Those up to <see cref="SymbolTable"/>
/// occur in shards; the others are only named in errors.</summary>
/// <remarks>Source: "HDF5 File Format Specification Version 2.0", IV.A.2.</remarks>
internal enum MessageType : ushort
{
    Nil = 0x00,
    Dataspace = 0x01,
    LinkInfo = 0x02,
    Datatype = 0x03,
    FillValue = 0x05,
    Link = 0x06,
    DataLayout = 0x08,
    GroupInfo = 0x0A,
    FilterPipeline = 0x0B,
    Attribute = 0x0C,
    Continuation = 0x10,
    SymbolTable = 0x11,
    OldFillValue = 0x04,
    ExternalFiles = 0x07,
    Bogus = 0x09,
    Comment = 0x0D,
    OldModificationTime = 0x0E,
    SharedMessageTable = 0x0F,
    ModificationTime = 0x12,
    BTreeRanks = 0x13,
    DriverInfo = 0x14,
    AttributeInfo = 0x15,
    ReferenceCount = 0x16,
    FileSpaceInfo = 0x17,
    CacheImage = 0x18,
}

/// <summary>The names of messages.</summary>
internal static class MessageTypeNames
{
    extension(MessageType type)
    {
        /// <summary>Returns the name in the HDF5 specification.</summary>
        internal string Name() => type switch
        {
            MessageType.Nil => "NIL",
            MessageType.LinkInfo => "link info",
            MessageType.FillValue => "fill value",
            MessageType.DataLayout => "data layout",
            MessageType.GroupInfo => "group info",
            MessageType.FilterPipeline => "filter pipeline",
            MessageType.SymbolTable => "symbol table",
            MessageType.OldFillValue => "old fill value",
            MessageType.ExternalFiles => "external data files",
            MessageType.OldModificationTime => "old modification time",
            MessageType.SharedMessageTable => "shared message table",
            MessageType.ModificationTime => "modification time",
            MessageType.BTreeRanks => "B-tree K values",
            MessageType.DriverInfo => "driver info",
            MessageType.AttributeInfo => "attribute info",
            MessageType.ReferenceCount => "reference count",
            MessageType.FileSpaceInfo => "file space info",
            MessageType.CacheImage => "metadata cache image",
            _ => Enum.IsDefined(type) ? type.ToString().ToLowerInvariant() : "unknown",
        };
    }
}
