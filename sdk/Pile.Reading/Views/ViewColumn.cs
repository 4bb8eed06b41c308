using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>A column as a view shows it.</summary>
/// <param name="Name">Its name in results.</param>
/// <param name="SqlName">Its name in SQL.</param>
/// <param name="Stored">The column that holds its values; null where an expression makes them.</param>
/// <param name="Alias">The alias that it is; null for a stored column under its own name.</param>
internal sealed record ViewColumn(string Name, string SqlName, ColumnSchema? Stored, AliasSchema? Alias)
{
    /// <summary>True when its values lie in the shards alone.</summary>
    internal bool IsHeavy => Stored is { Storage: ColumnStorage.Heavy };

    /// <summary>What its values are multiplied by; 1 for all but converting aliases.</summary>
    internal double Scale => Alias?.Scale ?? 1;

    /// <summary>The type that its values have once converted: floats keep theirs, integers become float64.</summary>
    internal DType? DType => Stored is null ? null : Scale == 1 || Stored.DType.IsFloat() ? Stored.DType : Format.DType.Float64;

    /// <summary>What results say of it; an expression's type is known when it has run.</summary>
    internal ColumnSchema Schema(DType type) => Alias is null
        ? Stored! with { Name = Name }
        : new ColumnSchema
        {
            Name = Name,
            DType = type,
            Shape = Stored?.Shape ?? [],
            Storage = Stored?.Storage ?? ColumnStorage.Light,
            Role = ColumnRole.Standard,
            Unit = Alias.Unit ?? (Scale == 1 ? Stored?.Unit : null),
            Ucd = Alias.Ucd ?? Stored?.Ucd,
            Description = Alias.Description ?? Stored?.Description,
            Nullable = Stored?.Nullable ?? true,
            StringBytes = Stored?.StringBytes ?? 0,
            MaskPolarity = Stored?.MaskPolarity,
            Padding = Stored?.Padding ?? Padding.Zero,
            Codec = Stored?.Codec ?? PieceCodec.None,
            Bands = Stored?.Bands ?? [],
            MaskBits = Stored?.MaskBits,
            Categories = Scale == 1 ? Stored?.Categories ?? [] : [],
            Encoding = Stored?.Encoding,
            Time = Scale == 1 ? Stored?.Time : null,
            SpectralMedium = Stored?.SpectralMedium,
            Sentinels = Scale == 1 ? Stored?.Sentinels ?? [] : [.. Stored!.Sentinels.Select(s => s * Scale)],
            IsList = Stored?.IsList ?? false,
            Longest = Stored?.Longest ?? 0,
        };

    /// <summary>Its values in SQL, out of the columns of a tile; not for an expression, which is to be checked first.</summary>
    internal string Sql
    {
        get
        {
            if (Stored is null)
                throw new InvalidOperationException($"'{Name}' is an expression.");
            string name = DuckDbSql.TileColumn(Stored);
            if (Scale == 1)
                return name;
            string scale = DuckDbSql.Literal(Scale), type = DType!.Value.SqlName();
            return Stored.IsScalar ? $"({name} * {scale})::{type}" : $"list_transform({name}, lambda x: (x * {scale})::{type})";
        }
    }
}
