namespace Pile.Tables.Arrow;

/// <summary>A message of a file or stream in Arrow's interprocess format: a schema, a dictionary or a batch of rows.</summary>
/// <param name="Offset">Where it begins in the file.</param>
/// <param name="MetadataBytes">The length of its metadata, with their prefix.</param>
/// <param name="BodyBytes">The length of its buffers, which follow the metadata.</param>
/// <param name="Kind">The member of the union <c>MessageHeader</c>.</param>
/// <param name="Rows">The number of rows or of dictionary values.</param>
/// <param name="DictionaryId">The dictionary; null for others.</param>
internal sealed record ArrowMessage(long Offset, int MetadataBytes, long BodyBytes, byte Kind, int Rows = 0, long? DictionaryId = null)
{
    internal const byte Schema = 1, Dictionary = 2, Batch = 3;

    /// <summary>Where the buffers are in the file, and their length.</summary>
    internal (long Offset, long Bytes)[] Buffers { get; init; } = [];

    /// <summary>True if the buffers are compressed, each after its length.</summary>
    internal bool IsCompressed { get; init; }

    /// <summary>True if the values are appended to those of the dictionary.</summary>
    internal bool IsDelta { get; init; }

    /// <summary>The number of missing values of each array, depth first.</summary>
    internal long[] Nulls { get; init; } = [];
}
