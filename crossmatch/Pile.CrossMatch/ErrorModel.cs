namespace Pile.CrossMatch;

/// <summary>How the errors of two rows limit their separation.</summary>
public enum ErrorModel
{
    /// <summary>Errors are not used; only the radius limits the separation.</summary>
    None,

    /// <summary>The separation is at most the radius of the row on the side that has a column of radii.</summary>
    Radius,

    /// <summary>The separation is at most the sum of both errors (STILTS <c>skyerr</c>, SUN/256 §7.1.2).</summary>
    Sum,

    /// <summary>The separation is at most <see cref="CrossMatchOptions.Sigma"/> times the square root of the sum of the squared
    /// errors.</summary>
    Sigma,
}
