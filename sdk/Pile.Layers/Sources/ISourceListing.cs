namespace Pile.Layers;

/// <summary>The files of a folder, a bucket prefix or a revision of a repository.</summary>
internal interface ISourceListing
{
    /// <summary>The revision whose files are listed; empty for a place without revisions.</summary>
    string Revision => "";

    /// <summary>Lists the files in blocks, in the order of their paths as UTF-8.</summary>
    /// <param name="skipped">Receives what cannot be listed.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    /// <exception cref="Format.PileException">The place cannot be listed.</exception>
    IAsyncEnumerable<IReadOnlyList<ScannedFile>> ListAsync(SkippedFiles skipped, CancellationToken cancellationToken);

    /// <summary>Reads the contents of listed files. A file that cannot be read, or that was changed since it was listed, gets a fault and
    /// is added to those skipped.</summary>
    /// <param name="files">The files.</param>
    /// <param name="examination">What is looked for.</param>
    /// <param name="skipped">Receives files that cannot be read.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    Task ExamineAsync(IReadOnlyList<ScannedFile> files, FileExamination examination, SkippedFiles skipped,
        CancellationToken cancellationToken);
}
