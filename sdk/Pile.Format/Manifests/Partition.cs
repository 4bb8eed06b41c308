namespace Pile.Format;

/// <summary>How rows are spread over cells.</summary>
/// <param name="Scheme">Only <c>healpix</c> can be written and read today; <c>tile</c> is reserved.</param>
/// <param name="Order">HEALPix order of the cells, 0 to 29; NESTED.</param>
public sealed record Partition(string Scheme, int Order)
{
    /// <summary>The scheme of sky datasets.</summary>
    public const string Healpix = "healpix";
}
