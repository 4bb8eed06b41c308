namespace Pile.Stac;

/// <summary>The kinds of problems of scenes and their sources.</summary>
internal enum SceneProblem
{
    /// <summary>The text is not JSON or YAML.</summary>
    NotParsed,

    /// <summary>The file ends in the middle of a document.</summary>
    Truncated,

    /// <summary>The document is longer than the limit.</summary>
    TooLarge,

    /// <summary>The document is neither a STAC item nor an EO3 dataset.</summary>
    NotScene,

    /// <summary>The scene has no geometry.</summary>
    NoGeometry,

    /// <summary>The scene has no time.</summary>
    NoDatetime,

    /// <summary>The scene has no assets.</summary>
    NoAssets,

    /// <summary>A member has a value that is not valid.</summary>
    InvalidValue,

    /// <summary>The same scene occurs twice.</summary>
    Repeated,

    /// <summary>Two different scenes have one id.</summary>
    IdConflict,

    /// <summary>A link leaves the root of its catalog.</summary>
    LinkOutside,

    /// <summary>A link leads back to a catalog that contains it.</summary>
    LinkLoop,

    /// <summary>A linked document is missing.</summary>
    LinkMissing,
}
