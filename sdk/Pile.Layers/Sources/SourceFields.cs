using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Layers;

/// <summary>The fields that a scan gives to the files of a source.</summary>
internal static class SourceFields
{
    internal const string Size = "size", Modified = "modified", ETag = "etag", MediaType = "media_type", Sha256 = "sha256", Width = "width",
        Height = "height", Bands = "bands", Sniffed = "sniffed", LfsPointer = "lfs_pointer", Fault = "fault";

    /// <summary>All fields, in the order of the columns.</summary>
    internal static ImmutableArray<LayerField> All { get; } =
    [
        Field(Size, FieldType.Of(DType.Int64), "the size of the file", "byte", "phys.size;meta.file"),
        Field(Modified, FieldType.Time, "the time of the last change", null, "time.creation;meta.file"),
        Field(ETag, FieldType.Of(DType.String), "the entity tag of an object, or the hash of a Git blob"),
        Field(MediaType, FieldType.Of(DType.String), "the media type by the name, or by the content of sniffed files", null,
            "meta.code.mime"),
        Field(Sha256, FieldType.Of(DType.String), "the SHA-256 of the content"),
        Field(Width, FieldType.Of(DType.Int32), "the width of a picture by its header", "pix"),
        Field(Height, FieldType.Of(DType.Int32), "the height of a picture by its header", "pix"),
        Field(Bands, FieldType.Of(DType.Int32), "the number of values of a pixel by the header"),
        Field(Sniffed, FieldType.Of(DType.Bool), "true if the media type and the size of the picture are from the content"),
        Field(LfsPointer, FieldType.Of(DType.Bool), "true if the file is a pointer of Git LFS; size and SHA-256 are those it states"),
        Field(Fault, FieldType.Of(DType.String), "what is wrong with the file"),
    ];

    private static LayerField Field(string name, FieldType type, string description, string? unit = null, string? ucd = null) =>
        new() { Name = name, Type = type, Description = description, Unit = unit, Ucd = ucd };
}
