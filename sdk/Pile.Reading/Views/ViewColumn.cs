using System.Globalization;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>A column of a view.</summary>
/// <param name="Name">Its name in results.</param>
/// <param name="SqlName">Its name in SQL.</param>
/// <param name="Stored">The column that stores its values; null for an expression.</param>
/// <param name="Alias">The alias; null for a stored column under its own name.</param>
internal sealed record ViewColumn(string Name, string SqlName, ColumnSchema? Stored, AliasSchema? Alias)
{
    /// <summary>The name of its values where those of a layer are joined to a tile; null for a column of the dataset.</summary>
    internal string? Joined { get; init; }

    /// <summary>The layer that the column is from; null for a column of the dataset.</summary>
    internal AttachedLayer? Layer { get; init; }

    /// <summary>True if its values are stored in the shards only.</summary>
    internal bool IsHeavy => Stored is { IsHeavy: true };

    /// <summary>The factor of an alias that converts units; 1 otherwise.</summary>
    internal double Scale => Alias?.Scale ?? 1;

    /// <summary>The type of its converted values: floats keep their type, integers become float64. Null for an expression.</summary>
    internal DType? DType => Stored is null ? null : Scale == 1 || Stored.DType.IsFloat() ? Stored.DType : Format.DType.Float64;

    /// <summary>Returns its schema in results; the type of an expression is known once it has been executed.</summary>
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
            Sentinels = Stored?.Sentinels ?? [],
            IsList = Stored?.IsList ?? false,
            Longest = Stored?.Longest ?? 0,
        };

    /// <summary>The SQL of its values over a tile's columns. Not valid for an expression, which must be checked first.</summary>
    internal string Sql
    {
        get
        {
            if (Joined is not null)
                return DuckDbSql.Identifier(Joined);
            if (Stored is null)
                throw new InvalidOperationException($"'{Name}' is an expression.");
            string name = DuckDbSql.TileColumn(Stored);
            if (Scale == 1)
                return name;
            return Stored.IsScalar ? Converted(name) : $"list_transform({name}, lambda x: {Converted("x")})";
        }
    }

    // A sentinel is no value that could be converted (SCHEMA.md, S1.23).
    private string Converted(string value)
    {
        string product = $"{value} * {DuckDbSql.Literal(Scale)}", type = DType!.Value.SqlName();
        string[] sentinels = [.. Stored!.Sentinels.Select(SentinelSql).OfType<string>()];
        return sentinels.Length == 0 ? $"({product})::{type}"
            : $"(CASE WHEN {value} IN ({string.Join(", ", sentinels)}) THEN {value} ELSE {product} END)::{type}";
    }

    // Null for one that the stored type cannot have. Integers are compared as such: float64 has not all of 64 bits.
    private string? SentinelSql(double sentinel) => Stored!.DType.IsFloat() ? DuckDbSql.Literal(SentinelRule.Stored(Stored.DType, sentinel))
        : double.IsInteger(sentinel) && Math.Abs(sentinel) <= ulong.MaxValue ? ((Int128)sentinel).ToString(CultureInfo.InvariantCulture)
        : null;
}
