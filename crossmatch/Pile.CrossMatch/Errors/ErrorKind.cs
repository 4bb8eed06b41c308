namespace Pile.CrossMatch;

/// <summary>The meaning of columns of position errors.</summary>
internal enum ErrorKind
{
    /// <summary>One number for all rows.</summary>
    Constant,

    /// <summary>One column: the same error in all directions.</summary>
    Circle,

    /// <summary>Errors in right ascension (with the cosine of the declination) and declination, and their correlation if known.</summary>
    Covariance,

    /// <summary>Semi-major axis, semi-minor axis, and position angle of the major axis from north through east.</summary>
    Ellipse,

    /// <summary>Inverse variances of right ascension (without the cosine of the declination) and declination.</summary>
    InverseVariance,
}
