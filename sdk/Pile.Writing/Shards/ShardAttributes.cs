using System.Collections.Immutable;
using System.Diagnostics;
using Pile.Format;
using Pile.Hdf5;

namespace Pile.Writing.Shards;

/// <summary>The attributes that describe a shard without its manifest.</summary>
internal sealed class ShardAttributes
{
    private readonly ImmutableArray<ShardAttribute> ofFile;
    private readonly Dictionary<string, ImmutableArray<ShardAttribute>> ofColumn = new(StringComparer.Ordinal);

    internal ShardAttributes(DatasetSpec spec, IReadOnlyCollection<ColumnSchema> columns)
    {
        FormatVersion format = FormatVersion.For(columns, spec.IsVersioned, spec.Frame, spec.HasShards,
            hasCompactPositions: spec.HasCompactPositions is true);
        ofFile = new ShardFacts
        {
            Format = format,
            Name = spec.Name,
            Version = format.Minor < FormatVersion.OfSharedShards.Minor ? spec.Version : null,
            Modality = spec.Modality,
            Subset = spec.Subset,
            Provenance = spec.Provenance,
            Frame = spec.Frame?.Name,
            SpectralMedium = spec.SpectralMedium,
            TimeScale = spec.TimeScale,
            TimeReference = spec.TimeReference,
            Aliases = spec.Aliases.IsEmpty ? null : AliasJson.Write(spec.Aliases),
        }.Attributes;
        foreach (ColumnSchema column in columns)
            ofColumn[column.Name] = ColumnAttributes.Of(column);
    }

    internal void WriteFile(Hdf5AttributeWriter attributes, string cellFolder)
    {
        Write(attributes, ofFile);
        attributes.Write("cell", cellFolder);
    }

    internal void WriteColumn(Hdf5AttributeWriter attributes, ColumnSchema column) => Write(attributes, ofColumn[column.Name]);

    private static void Write(Hdf5AttributeWriter attributes, ImmutableArray<ShardAttribute> all)
    {
        foreach ((string name, object? value) in all)
            switch (value)
            {
                case null:
                    break;
                case string text:
                    attributes.Write(name, text);
                    break;
                case double number:
                    attributes.Write(name, number);
                    break;
                case string[] texts:
                    attributes.Write(name, texts);
                    break;
                case long[] numbers:
                    attributes.Write(name, numbers);
                    break;
                case double[] numbers:
                    attributes.Write(name, numbers);
                    break;
                default:
                    throw new UnreachableException($"The attribute '{name}' has values of {value.GetType()}.");
            }
    }
}
