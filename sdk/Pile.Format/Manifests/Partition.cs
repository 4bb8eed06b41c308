namespace Pile.Format;

/// <summary>The partitioning of rows into cells.</summary>
/// <param name="Scheme">The scheme: <c>healpix</c>, the only one supported; <c>tile</c> is reserved.</param>
/// <param name="Order">The HEALPix order of the cells, 0 to 29, NESTED.</param>
public sealed record Partition(string Scheme, int Order)
{
    /// <summary>The scheme of sky datasets.</summary>
    public const string Healpix = "healpix";

    /// <summary>The key by which rows are sorted and divided into cells.</summary>
    internal IndexKey Key => IndexKey.Of(this);
}
