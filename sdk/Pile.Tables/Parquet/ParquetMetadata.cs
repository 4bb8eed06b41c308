using System.Collections.Immutable;
using System.Text;
using System.Xml;
using Pile.DuckDb;
using Pile.Format;
using Pile.Tables.Ecsv;
using Pile.Tables.VoTable;

namespace Pile.Tables.Parquet;

/// <summary>The metadata of a Parquet file's columns besides their types: in the form of VO-Parquet (a VOTable without rows) or of astropy
/// (the header of an ECSV file).</summary>
internal sealed class ParquetMetadata
{
    internal const string VoTableKey = "IVOA.VOTable-Parquet.content";
    private const string AstropyKey = "table_meta_yaml";

    private readonly Dictionary<string, ColumnSchema> columns = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> frames = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> epochs = new(StringComparer.Ordinal);

    /// <summary>Reads a file's metadata. Metadata that cannot be parsed are ignored, because the columns can be read without
    /// them.</summary>
    internal static ParquetMetadata Read(DuckDbConnection connection, string path)
    {
        ParquetMetadata metadata = new();
        using DuckDbResult result = connection.Query($"SELECT key, value FROM parquet_kv_metadata({ParquetColumn.FileLiteral(path)})");
        foreach (DuckDbChunk chunk in result.Chunks())
            for (int row = 0; row < chunk.RowCount; row++)
                metadata.Take(Encoding.UTF8.GetString(chunk[0].Blob(row)), chunk[1].Blob(row), path);
        return metadata;
    }

    /// <summary>Reads the metadata of a file whose keys and values are known.</summary>
    internal static ParquetMetadata Of(IEnumerable<KeyValuePair<string, string>> pairs, string path)
    {
        ParquetMetadata metadata = new();
        foreach ((string key, string value) in pairs)
            metadata.Take(key, Encoding.UTF8.GetBytes(value), path);
        return metadata;
    }

    /// <summary>Returns the declared schema of a column; null without one.</summary>
    internal ColumnSchema? Find(string name) => columns.GetValueOrDefault(name);

    /// <summary>Returns the frame of a column; null without one.</summary>
    internal string? FrameOf(string name) => frames.GetValueOrDefault(name);

    /// <summary>Returns the epoch of a column of positions; null without one.</summary>
    internal double? EpochOf(string name) => epochs.TryGetValue(name, out double year) ? year : null;

    private void Take(string key, ReadOnlySpan<byte> value, string path)
    {
        try
        {
            if (key == VoTableKey)
            {
                byte[] bytes = value.ToArray();
                using VoDocument document = VoDocument.Open(() => new MemoryStream(bytes), path, fieldsOnly: true);
                ImmutableArray<ColumnSchema> schemas = VoTableFile.SchemasOf(document);
                for (int i = 0; i < schemas.Length; i++)
                {
                    columns[schemas[i].Name] = schemas[i];
                    if (document.FrameOf(document.Fields[i]) is { } frame)
                        frames[schemas[i].Name] = frame;
                    if (document.EpochOf(document.Fields[i]) is { } year)
                        epochs[schemas[i].Name] = year;
                }
            }
            else if (key == AstropyKey)
            {
                EcsvHeader header = EcsvHeader.Parse([.. Encoding.UTF8.GetString(value).Split('\n')], path);
                foreach (EcsvField column in header.Columns)
                    columns.TryAdd(column.Schema.Name, column.Schema);
                foreach ((string name, string frame) in header.Frames)
                    frames.TryAdd(name, frame);
                foreach ((string name, double year) in header.Epochs)
                    epochs.TryAdd(name, year);
            }
        }
        catch (Exception e) when (e is XmlException or PileException)
        {
            // Written by other programs as free text: the rows can be read without units.
        }
    }
}
