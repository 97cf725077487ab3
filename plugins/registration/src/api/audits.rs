//! What all audits have in common: an auditor's comment, and the answer to a decision.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Viewer;
use crate::clock::Now;
use crate::domain::{AccountId, AuditId, AuditStatus, Decision};
use crate::input::{Fields, OrEmpty, Read, Text};

/// Characters of a comment.
const LONGEST: usize = 500;

/// What an auditor says.
#[derive(ToSchema, Deserialize)]
#[schema(as = AuditComment, example = json!({"comment": "同意"}))]
#[expect(dead_code, reason = "describes the body; `Comment` is read from it")]
pub struct CommentBody {
    /// Why.
    #[schema(max_length = 500)]
    comment: Option<String>,
}

/// An auditor's comment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comment(pub Option<String>);

impl Read for Comment {
    fn read(fields: &mut Fields) -> Option<Self> {
        fields.optional("comment", &OrEmpty(Text::lines(LONGEST))).map(|comment| Self(comment.flatten()))
    }
}

/// A decision, with all that is written of it.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// On which request.
    pub id: AuditId,
    /// Whether it is granted.
    pub decision: Decision,
    /// Who decides.
    pub by: AccountId,
    /// What the auditor says.
    pub comment: Option<String>,
    /// When.
    pub now: Now,
}

impl Verdict {
    /// A decision of the caller's.
    pub fn new(id: AuditId, decision: Decision, viewer: &Viewer, Comment(comment): Comment, now: Now) -> Self {
        Self { id, decision, by: viewer.account, comment, now }
    }

    /// The answer, where the request now stands so.
    pub fn decided(&self, status: AuditStatus) -> Decided {
        Decided { audit_id: self.id, status, auditor_id: self.by, audit_time: self.now.local(self.now.at) }
    }
}

/// A decision that was taken.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"audit_id": 1, "status": "approved", "auditor_id": 5, "audit_time": "2025-11-01T14:30:00"}))]
pub struct Decided {
    audit_id: AuditId,
    status: AuditStatus,
    /// The auditor's account.
    auditor_id: AccountId,
    /// The hospital's time.
    audit_time: String,
}

#[cfg(test)]
mod tests {
    use super::Comment;
    use crate::input::{Fields, Read as _};
    use serde_json::json;

    fn read(body: serde_json::Value) -> Result<Comment, String> {
        let fields = Fields::json(body).map_err(|wrong| crate::failure::Failure::from(wrong).msg.into_owned())?;
        Comment::from_fields(fields).map_err(|wrong| crate::failure::Failure::from(wrong).msg.into_owned())
    }

    #[test]
    fn a_comment_may_be_left_out_or_empty_and_is_bounded() {
        assert_eq!(read(json!({"comment": "同意"})), Ok(Comment(Some("同意".to_owned()))));
        for none in [json!({}), json!({"comment": null}), json!({"comment": "  "})] {
            assert_eq!(read(none), Ok(Comment(None)));
        }
        assert!(read(json!({"comment": "长".repeat(501)})).is_err());
        assert!(read(json!({"comment": 5})).is_err());
    }
}
