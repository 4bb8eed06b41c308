namespace Pile.CrossMatch;

/// <summary>How the errors of two rows limit their separation.</summary>
public enum ErrorModel
{
    /// <summary>Not at all: the radius alone does.</summary>
    None,

    /// <summary>The separation is at most the row's own radius, of the one side that has a column of radii.</summary>
    Radius,

    /// <summary>The separation is at most the sum of both errors (STILTS <c>skyerr</c>, SUN/256 §7.1.2).</summary>
    Sum,

    /// <summary>The separation is at most <see cref="CrossMatchOptions.Sigma"/> times the root of the sum of both errors'
    /// squares.</summary>
    Sigma,
}
