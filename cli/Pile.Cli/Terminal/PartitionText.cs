using System.Globalization;
using System.Text.Json;
using Pile.Format;

namespace Pile.Cli.Terminal;

/// <summary>The text of a partition: <c>order 4</c>, or <c>6 bits of the hash</c>.</summary>
internal static class PartitionText
{
    internal static string Of(Partition partition) => partition.Grid is { } grid ? $"tiles of the grid {grid}"
        : partition.Order is { } order
        ? string.Create(CultureInfo.InvariantCulture, $"order {order}")
        : string.Create(CultureInfo.InvariantCulture, $"{partition.Bits} bits of the hash");

    /// <summary>Writes the key <c>order</c>, which is null if cells are no HEALPix pixels, and then <c>bits</c> or <c>grid</c>.</summary>
    internal static void Write(Utf8JsonWriter json, Partition partition)
    {
        if (partition.Order is { } order)
            json.WriteInteger("order", order);
        else
            json.WriteNull("order");
        if (partition.Bits is { } bits)
            json.WriteInteger("bits", bits);
        partition.Grid?.WriteTo(json, "grid");
    }
}
